import { element, setText } from './elements.js'
import { formatBytes, formatShare } from './format.js'

/** A gauge with its reading beside it. */
export interface Usage {
  readonly element: HTMLElement
  update(used: number | undefined, most: number | undefined): void
}

/** How much of a number of bytes is in use. */
export function bytesUsage(label: string): Usage {
  return usage(label, (used, most) => `${formatBytes(used)} of ${formatBytes(most)}`)
}

/** How much of a number of processors is in use. */
export function processorUsage(): Usage {
  return usage('CPU', (used, most) => `${formatShare(used / most)} of ${most}`)
}

function usage(label: string, reading: (used: number, most: number) => string): Usage {
  const meter = element('meter', { min: '0', max: '1', low: '0.75', high: '0.9', optimum: '0' })
  meter.setAttribute('aria-label', label)
  const text = element('span', { class: 'reading' })
  return {
    element: element(
      'div',
      { class: 'usage' },
      element('span', { class: 'label' }, label),
      text,
      meter,
    ),
    update(used = 0, most = 0) {
      meter.hidden = most === 0
      // Somebody may have it read out.
      meter.value = most === 0 ? 0 : Number((used / most).toFixed(2))
      setText(text, most === 0 ? '' : reading(used, most))
    },
  }
}
