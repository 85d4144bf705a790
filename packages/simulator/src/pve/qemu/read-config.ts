import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { ReadonlyGuestConfig, ReadonlySection } from '../guest/config-file.js'
import { parsePendingDelete } from '../guest/pending-delete.js'
import { optionData } from './vm-options.js'

export const readConfig: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/config',
  ({ params, cluster, node }) => {
    if (params.snapshot && params.current === '1') {
      const text = "cannot use 'snapshot' parameter with 'current'"
      throw invalidParameters({ snapshot: text, current: text })
    }
    const vm = cluster.qemu(node, Number(params.vmid))
    const section = params.snapshot
      ? snapshotOf(vm.config, params.snapshot)
      : currentOf(vm.config, { withPending: params.current !== '1' })
    return { ...sectionData(section), digest: vm.digest }
  },
)

export const readPending: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/pending',
  ({ params, cluster, node }) => {
    const vm = cluster.qemu(node, Number(params.vmid))
    return [...pendingRows(vm.config), { key: 'digest', value: vm.digest }]
  },
)

/** A snapshot's section; throws when there is none. AbstractConfig.pm: load_snapshot_config */
export function snapshotOf(config: ReadonlyGuestConfig, name: string): ReadonlySection {
  const snapshot = config.snapshots.get(name)
  if (!snapshot) throw failed(`snapshot '${name}' does not exist`)
  return snapshot
}

/** A section as JSON carries it, secrets masked. */
export function sectionData(section: ReadonlySection): Record<string, string | number> {
  return Object.fromEntries(
    Array.from(section, ([name, value]) => [
      name,
      name === 'cipassword' && value !== '' ? masked : optionData(name, value),
    ]),
  )
}

const masked = '**********'

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

interface PendingRow {
  readonly key: string
  readonly value?: string | number
  readonly pending?: string | number
  readonly delete?: 1 | 2
}

/** GuestHelpers.pm: config_with_pending_array */
function pendingRows({ main, pending }: ReadonlyGuestConfig): PendingRow[] {
  const deletions = parsePendingDelete(pending.get('delete'))
  const rows: PendingRow[] = []
  for (const [key, value] of main) {
    const waiting = pending.get(key)
    const deletion = deletions.get(key)
    rows.push({
      key,
      value: key === 'cipassword' ? masked : optionData(key, value),
      ...(waiting !== undefined && { pending: waitingData(key, waiting) }),
      ...(deletion && { delete: deletion.force ? 2 : 1 }),
    })
  }
  for (const [key, value] of pending) {
    if (key !== 'delete' && !main.has(key)) rows.push({ key, pending: waitingData(key, value) })
  }
  // Here the original looks at the wrong thing and calls every deletion forced.
  for (const key of deletions.keys()) if (!main.has(key)) rows.push({ key, delete: 2 })
  return rows
}

function waitingData(key: string, value: string): string | number {
  return key === 'cipassword' ? `${masked} ` : optionData(key, value)
}
