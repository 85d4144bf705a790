import { element, setText } from './elements.js'
import { isGuest, type Resource } from './entries.js'
import { formatDuration } from './format.js'
import { guestRow, type SwitchPower } from './guest-row.js'
import { type Row, Rows } from './rows.js'
import { storageRow } from './storage-row.js'
import { bytesUsage, processorUsage } from './usage.js'

/** A node and what is on it. */
export interface NodeEntry {
  readonly node: Resource
  readonly resources: readonly Resource[]
}

/** A branch of the tree: a node, and below it its guests and storages. */
export function nodeRow(
  { node: { node: name = '' } }: NodeEntry,
  switchPower: SwitchPower,
): Row<NodeEntry> {
  const status = element('span', { class: 'status' })
  const facts = element('small')
  const processors = processorUsage()
  const memory = bytesUsage('Memory')
  const guestBody = element('tbody')
  const storageBody = element('tbody')
  const guests = new Rows(guestBody, () => guestRow(switchPower))
  const storages = new Rows(storageBody, () => storageRow())
  const empty = element('p', { class: 'empty' }, 'There is no guest on this node.')
  const title = element('div', { class: 'title' }, element('h3', {}, name), status, facts)
  const guestTable = table(
    {
      name: 'guests',
      caption: `Guests of ${name}`,
      columns: ['Guest', 'State', 'CPU', 'Memory', ''],
    },
    guestBody,
  )
  const storageTable = table(
    {
      name: 'storages',
      caption: `Storages of ${name}`,
      columns: ['Storage', 'State', 'Content', 'Usage'],
    },
    storageBody,
  )
  return {
    element: element(
      'li',
      {},
      element(
        'details',
        { class: 'panel node', open: '' },
        element('summary', {}, title, processors.element, memory.element),
        guestTable,
        empty,
        storageTable,
      ),
    ),
    update({ node, resources }) {
      const found = resources.filter(isGuest).toSorted((a, b) => (a.vmid ?? 0) - (b.vmid ?? 0))
      setText(status, node.status ?? 'unknown')
      status.dataset.state = node.status ?? 'unknown'
      setText(facts, node.uptime ? `up ${formatDuration(node.uptime)}` : '')
      processors.update((node.cpu ?? 0) * (node.maxcpu ?? 0), node.maxcpu)
      memory.update(node.mem, node.maxmem)
      guestTable.hidden = found.length === 0
      empty.hidden = found.length > 0
      guests.show(keyed(found))
      storages.show(
        keyed(
          resources
            .filter(({ type }) => type === 'storage')
            .toSorted((a, b) => a.id.localeCompare(b.id)),
        ),
      )
    },
  }
}

const keyed = (resources: readonly Resource[]): readonly (readonly [string, Resource])[] =>
  resources.map((resource) => [resource.id, resource])

interface Table {
  readonly name: string
  readonly caption: string
  readonly columns: readonly string[]
}

function table({ name, caption, columns }: Table, body: HTMLElement): HTMLElement {
  const heads = columns.map((name) =>
    name === ''
      ? element('td', {}, element('span', { class: 'visually-hidden' }, 'Actions'))
      : element('th', { scope: 'col' }, name),
  )
  return element(
    'table',
    { class: name },
    element('caption', { class: 'visually-hidden' }, caption),
    element('thead', {}, element('tr', {}, ...heads)),
    body,
  )
}
