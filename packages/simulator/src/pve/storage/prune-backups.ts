import { basename } from 'node:path/posix'
import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { parseArchiveName } from './archive-name.js'
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
    for (const { volid, mark } of pruneEntries(selectionOf(params), { storages, node })) {
      if (mark !== 'remove') continue
      task.log(`removing backup '${volid}'`)
      storages.free(volid, node)
    }
  })
})

export const pruneBackupsHandlers: readonly Handler[] = [preview, prune]

interface Selection {
  readonly storage: string
  /** Property string; default what the storage says. */
  readonly retention: string | undefined
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
  return { storage, retention, type, vmid: vmid === undefined ? undefined : Number(vmid) }
}

/** pve-storage Storage.pm: prune_backups; Storage/Plugin.pm: prune_backups */
function pruneEntries(
  { storage, retention: given, vmid, type }: Selection,
  { storages, node }: { readonly storages: Storages; readonly node: string },
): PruneEntry[] {
  const { content, options } = storages.require(storage)
  if (!content.has('backup')) throw failed(`storage '${storage}' does not support backups`)
  const retention = given ?? options['prune-backups']
  if (retention === undefined) {
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
  for (const group of groups.values()) markBackups(group, parseRetention(retention))
  return entries
}

function pruneEntry({ volid, vmid, storage, format, stored }: Volume): {
  entry: PruneEntry
  isStandard: boolean
} {
  if (storage.type === 'pbs') {
    const type = format === 'pbs-vm' ? 'qemu' : 'lxc'
    return {
      entry: { volid, ctime: stored.ctime, type, ...(vmid !== undefined && { vmid }) },
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

/** The numbers of a retention that was verified before: `keep-last=3,keep-daily=2`. */
function parseRetention(text: string): Retention {
  return Object.fromEntries(
    text.split(',').flatMap((part) => {
      const [, option, value = ''] = /^\s*([^=]+)=(.*)$/.exec(part) ?? []
      if (option === undefined) return []
      return [[option, /^(?:on|yes|true)$/i.test(value) ? 1 : Number(value) || 0]]
    }),
  )
}
