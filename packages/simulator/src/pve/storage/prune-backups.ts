import { basename } from 'node:path/posix'
import { parsePropertyString } from '@proxkit/schema'
import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { parseArchiveName, snapshotTime } from './archive-name.js'
import { markBackups, type PruneEntry, type Retention } from './prune-marks.js'
import type { Storages, Volume } from './storages.js'

// pve-storage API2/Storage/PruneBackups.pm: dryrun
const preview = handle('GET', '/nodes/{node}/storage/{storage}/prunebackups', (context) => {
  const { params, cluster, node } = context
  return pruneEntries(selectionOf(params), { storages: cluster.storages, node })
})

// pve-storage API2/Storage/PruneBackups.pm: delete
const prune = handle('DELETE', '/nodes/{node}/storage/{storage}/prunebackups', (context) => {
  const { params, cluster, node, rights, startTask } = context
  const { storage, vmid } = params
  if (vmid === undefined) rights.require(`/storage/${storage}`, 'Datastore.Allocate')
  else {
    rights.require(`/storage/${storage}`, 'Datastore.AllocateSpace')
    rights.require(`/vms/${vmid}`, 'VM.Backup')
  }
  const { storages } = cluster
  return startTask('prunebackups', vmid === undefined ? storage : `${vmid}@${storage}`, (task) => {
    pruneBackups(selectionOf(params), { storages, node, log: (line) => task.log(line) })
  })
})

/** Removes the backups that are not to be kept and tells how many. */
export function pruneBackups(
  selection: Selection,
  {
    log,
    ...where
  }: {
    readonly storages: Storages
    readonly node: string
    readonly log: (line: string) => void
  },
): number {
  const removed = pruneEntries(selection, where).filter(({ mark }) => mark === 'remove')
  for (const { volid } of removed) {
    log(`removing backup '${volid}'`)
    where.storages.free(volid, where.node)
  }
  return removed.length
}

export const pruneBackupsHandlers: readonly Handler[] = [preview, prune]

interface Selection {
  readonly storage: string
  /** Default what the storage says. */
  readonly retention: Readonly<Record<string, string>> | undefined
  readonly vmid: number | undefined
  readonly type: string | undefined
}

function selectionOf(params: {
  readonly storage: string
  readonly 'prune-backups'?: string
  readonly vmid?: string
  readonly type?: string
}): Selection {
  const { storage, vmid, type, 'prune-backups': retention } = params
  return {
    storage,
    retention: retention === undefined ? undefined : readRetention(retention),
    type,
    vmid: vmid === undefined ? undefined : Number(vmid),
  }
}

/** pve-storage Storage.pm: prune_backups; Storage/Plugin.pm: prune_backups */
function pruneEntries(
  { storage, retention: given, vmid, type }: Selection,
  { storages, node }: { readonly storages: Storages; readonly node: string },
): PruneEntry[] {
  const { content, options } = storages.require(storage)
  if (!content.has('backup')) throw failed(`storage '${storage}' does not support backups`)
  const retention = given ?? (options['prune-backups'] && readRetention(options['prune-backups']))
  if (!retention) {
    throw failed(`no prune-backups options configured for storage '${storage}'`)
  }
  const groups = new Map<string, PruneEntry[]>()
  const entries: PruneEntry[] = []
  for (const volume of storages.volumes(storage, node)) {
    if (volume.content !== 'backup' || (vmid !== undefined && volume.vmid !== vmid)) continue
    const { entry, isStandard } = pruneEntry(volume)
    if (type !== undefined && entry.type !== type) continue
    if (isStandard) {
      const group = `${entry.type}/${entry.vmid}`
      groups.set(group, [...(groups.get(group) ?? []), entry])
    } else entry.mark = 'renamed'
    if (volume.stored.protected) entry.mark = 'protected'
    entries.push(entry)
  }
  for (const group of groups.values()) markBackups(group, numbersOf(retention))
  return entries
}

function pruneEntry({ volid, vmid, storage, format, stored }: Volume): {
  entry: PruneEntry
  isStandard: boolean
} {
  if (storage.type === 'pbs') {
    const type = format === 'pbs-vm' ? 'qemu' : 'lxc'
    return {
      entry: { volid, ctime: snapshotTime(stored.name), type, ...(vmid !== undefined && { vmid }) },
      isStandard: true,
    }
  }
  const name = parseArchiveName(basename(stored.name))
  const owner = name?.standard?.vmid ?? (vmid === undefined ? undefined : String(vmid))
  const ctime = name?.standard?.ctime ?? stored.ctime
  const type = name?.type ?? 'unknown'
  return {
    entry: { volid, ctime, type, ...(owner !== undefined && { vmid: owner }) },
    isStandard: name?.standard !== undefined,
  }
}

/** Reads a retention that was verified before: `keep-last=3,keep-daily=2`. */
function readRetention(text: string): Readonly<Record<string, string>> {
  const { ...options } = parsePropertyString('prune-backups', text)
  return options
}

function numbersOf(retention: Readonly<Record<string, string>>): Retention {
  return Object.fromEntries(
    Object.entries(retention).map(([option, count]) => [option, Number(count)]),
  )
}
