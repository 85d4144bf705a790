import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Rights } from '../access/rights.js'
import type { ReadonlyGuestConfig, ReadonlySection } from '../guest/config-file.js'
import { parsePendingDelete } from '../guest/pending-delete.js'
import { rawLines } from './container-config.js'
import { containerOptionData } from './container-options.js'

// pve-container API2/LXC/Config.pm: vm_config
const readConfig = handle(
  'GET',
  '/nodes/{node}/lxc/{vmid}/config',
  ({ params, cluster, node, rights }) => {
    if (params.snapshot && params.current === '1') {
      const text = "cannot use 'snapshot' parameter with 'current'"
      throw invalidParameters({ snapshot: text, current: text })
    }
    const container = cluster.lxc(node, Number(params.vmid))
    const { config } = container
    const section = params.snapshot
      ? snapshotOf(config, params.snapshot)
      : currentOf(config, { withPending: params.current !== '1' })
    const reader = { rights, vmid: container.vmid }
    return { ...sectionData(section, reader), digest: container.digest }
  },
)

// pve-container API2/LXC.pm: vm_pending
const readPending = handle(
  'GET',
  '/nodes/{node}/lxc/{vmid}/pending',
  ({ params, cluster, node, rights }) => {
    const container = cluster.lxc(node, Number(params.vmid))
    const { main, pending } = container.config
    const reader = { rights, vmid: container.vmid }
    const shown = { main: shownRows(main, reader), pending: shownRows(pending, reader) }
    return [...pendingRows(shown), { key: 'digest', value: container.digest }]
  },
)

export const configHandlers: readonly Handler[] = [readConfig, readPending]

/** A section as JSON carries it, as far as the caller may read it. */
export function sectionData(section: ReadonlySection, reader: Reader): Record<string, unknown> {
  return Object.fromEntries(
    readable(section, reader).map(([name, value]) => [
      name,
      name === 'lxc' ? rawLines(section) : containerOptionData(name, value),
    ]),
  )
}

interface Reader {
  readonly rights: Rights
  readonly vmid: number
  /** Nothing is kept back: a snapshot shows what the container itself would not. */
  readonly mayReadAll?: true
}

/** AbstractConfig.pm: load_snapshot_config */
export function snapshotOf(config: ReadonlyGuestConfig, name: string): ReadonlySection {
  const snapshot = config.snapshots.get(name)
  if (!snapshot) throw failed(`snapshot '${name}' does not exist`)
  return snapshot
}

/** AbstractConfig.pm: load_current_config */
function currentOf(
  { main, pending }: ReadonlyGuestConfig,
  { withPending }: { withPending: boolean },
): ReadonlySection {
  if (!withPending || pending.size === 0) return main
  const section = new Map([...main, ...pending])
  section.delete('delete')
  for (const name of parsePendingDelete(pending.get('delete')).keys()) {
    // A value that is false in Perl stays, by an oversight of the original.
    if ((section.get(name) ?? '0') !== '0') section.delete(name)
  }
  return section
}

type Entries = readonly (readonly [name: string, value: string])[]

/** LXC.pm: delete_read_restricted_options */
function readable(section: ReadonlySection, { rights, vmid, mayReadAll }: Reader): Entries {
  const entries = [...section]
  const isOpen =
    mayReadAll || !section.has('env') || rights.has(`/vms/${vmid}`, 'VM.Config.Options')
  return isOpen ? entries : entries.filter(([name]) => name !== 'env')
}

/** Lines for LXC itself are no option that could wait. */
function shownRows(section: ReadonlySection, reader: Reader): Entries {
  return readable(section, reader).filter(([name]) => name !== 'lxc')
}

interface PendingRow {
  readonly key: string
  readonly value?: string | number
  readonly pending?: string | number
  readonly delete?: 1 | 2
}

/** GuestHelpers.pm: config_with_pending_array */
function pendingRows({ main, pending }: { main: Entries; pending: Entries }): PendingRow[] {
  const waiting = new Map(pending)
  const deletions = parsePendingDelete(waiting.get('delete'))
  waiting.delete('delete')
  const rows = main.map(([key, value]): PendingRow => {
    const next = waiting.get(key)
    const deletion = deletions.get(key)
    waiting.delete(key)
    deletions.delete(key)
    return {
      key,
      value: containerOptionData(key, value),
      ...(next !== undefined && { pending: containerOptionData(key, next) }),
      ...(deletion && { delete: deletion.force ? 2 : 1 }),
    }
  })
  for (const [key, value] of waiting) rows.push({ key, pending: containerOptionData(key, value) })
  // Here the original looks at the wrong thing and calls every deletion forced.
  for (const key of deletions.keys()) rows.push({ key, delete: 2 })
  return rows
}
