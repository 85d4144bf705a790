import { element, setText } from './elements.js'
import type { Resource } from './entries.js'
import { formatDuration } from './format.js'
import type { Row } from './rows.js'
import { bytesUsage, processorUsage } from './usage.js'

/** What the button of a guest does now. */
export type Power = 'start' | 'stop'

/** Starts or stops a guest; resolves when it is done, or was refused. */
export type SwitchPower = (guest: Resource, power: Power) => Promise<void>

/** A guest with its state, its usage and the button that starts or stops it. */
export function guestRow(switchPower: SwitchPower): Row<Resource> {
  const name = element('span', { class: 'name' })
  const kind = element('small')
  const tags = element('span', { class: 'tags' })
  const status = element('span', { class: 'status' })
  const uptime = element('small')
  const processors = processorUsage()
  const memory = bytesUsage('Memory')
  const button = element('button', { type: 'button' })
  let shown: Resource | undefined
  let isBusy = false
  const showButton = (): void => {
    if (!shown) return
    const { status: state = '', template = false } = shown
    const power = powerOf(shown)
    button.hidden = template || (state !== 'running' && state !== 'stopped')
    // Not `disabled`, which would take the focus away.
    button.setAttribute('aria-disabled', String(isBusy))
    button.className = power
    const [verb, doing] = power === 'start' ? ['Start', 'Starting …'] : ['Stop', 'Stopping …']
    setText(button, isBusy ? doing : verb)
    button.setAttribute('aria-label', `${verb} ${nameOf(shown)}`)
  }
  const press = async (guest: Resource): Promise<void> => {
    isBusy = true
    showButton()
    await switchPower(guest, powerOf(guest))
    isBusy = false
    showButton()
  }
  button.addEventListener('click', () => {
    if (shown && !isBusy) void press(shown)
  })
  return {
    element: element(
      'tr',
      {},
      element('th', { scope: 'row' }, name, ' ', kind, ' ', tags),
      element('td', { class: 'state' }, status, ' ', uptime),
      element('td', {}, processors.element),
      element('td', {}, memory.element),
      element('td', { class: 'actions' }, button),
    ),
    update(guest) {
      shown = guest
      const isRunning = guest.status === 'running'
      setText(name, guest.name ?? '')
      setText(kind, `${guest.vmid} · ${kindOf(guest)}`)
      if (tags.dataset.text !== guest.tags) {
        tags.dataset.text = guest.tags ?? ''
        const names = guest.tags?.split(/[;, ]+/).filter((tag) => tag !== '') ?? []
        tags.replaceChildren(...names.map((tag) => element('span', { class: 'tag' }, tag)))
      }
      setText(status, stateOf(guest))
      status.dataset.state = guest.status ?? 'unknown'
      setText(uptime, isRunning && guest.uptime ? formatDuration(guest.uptime) : '')
      processors.update((guest.cpu ?? 0) * (guest.maxcpu ?? 0), isRunning ? guest.maxcpu : 0)
      memory.update(guest.mem, isRunning ? guest.maxmem : 0)
      showButton()
    },
  }
}

export const nameOf = ({ name, vmid }: Resource): string => `${name ?? 'guest'} (${vmid})`

const powerOf = ({ status }: Resource): Power => (status === 'running' ? 'stop' : 'start')

function stateOf({ status = 'unknown', template = false, lock }: Resource): string {
  const state = template ? 'template' : status
  return lock === undefined ? state : `${state}, locked: ${lock}`
}

function kindOf({ type, template }: Resource): string {
  if (template) return type === 'lxc' ? 'container template' : 'template'
  return type === 'lxc' ? 'container' : 'virtual machine'
}
