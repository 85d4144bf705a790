import { element, setText } from './elements.js'
import type { Resource } from './entries.js'
import type { Row } from './rows.js'
import { bytesUsage } from './usage.js'

/** A storage as a node has it. */
export function storageRow(): Row<Resource> {
  const name = element('span', { class: 'name' })
  const kind = element('small')
  const status = element('span', { class: 'status' })
  const content = element('td', { class: 'content' })
  const space = bytesUsage('Space')
  return {
    element: element(
      'tr',
      {},
      element('th', { scope: 'row' }, name, ' ', kind),
      element('td', { class: 'state' }, status),
      content,
      element('td', {}, space.element),
    ),
    update(storage) {
      setText(name, storage.storage ?? '')
      setText(kind, storage.shared ? 'shared' : 'of this node')
      setText(status, storage.status ?? 'unknown')
      status.dataset.state = storage.status ?? 'unknown'
      setText(content, (storage.content ?? '').split(',').join(', '))
      space.update(storage.disk, storage.maxdisk)
    },
  }
}
