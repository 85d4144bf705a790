import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { contentRow } from './content-row.js'
import { isImageFormat, type Volume } from './storages.js'
import { requireVolumeAccess, type VolumeAccess } from './volume-access.js'
import { requireAttribute, requireProtectableVolume } from './volume-attributes.js'
import { splitVolumeId } from './volume-id.js'

// pve-storage API2/Storage/Content.pm: index
const list = handle('GET', '/nodes/{node}/storage/{storage}/content', (context) => {
  const { params, cluster, node, rights } = context
  const { storages } = cluster
  const vmid = params.vmid === undefined ? undefined : Number(params.vmid)
  return storages
    .volumes(params.storage, node)
    .filter(
      (volume) =>
        (params.content === undefined || volume.content === params.content) &&
        (vmid === undefined || isListedFor(vmid, volume)) &&
        mayRead(volume.volid, { storages, rights }),
    )
    .map(contentRow)
})

// pve-storage API2/Storage/Content.pm: create
const allocate = handle('POST', '/nodes/{node}/storage/{storage}/content', (context) => {
  const { params, cluster, node } = context
  const { storage, filename: name, size } = params
  const named = /\.(raw|qcow2|vmdk)$/.exec(name)?.[1]
  if (named !== undefined && params.format && params.format !== named) {
    throw invalidParameters({ format: `different storage formats (${params.format} != ${named})` })
  }
  const format = named ?? params.format
  return cluster.storages.allocate({
    storage,
    node,
    vmid: Number(params.vmid),
    name,
    size: parseSize(size),
    ...(isImageFormat(format) && { format }),
  })
})

// pve-storage API2/Storage/Content.pm: info
const info = handle('GET', '/nodes/{node}/storage/{storage}/content/{volume}', (context) => {
  const { params, cluster, node, rights } = context
  const { storages } = cluster
  const volid = realVolumeId(params.storage, params.volume)
  requireVolumeAccess({ volid }, { storages, rights })
  const path = storages.path(volid)
  const volume = storages.volume(volid, node)
  if (!volume) throw failed(`volume_size_info on '${volid}' failed - no format`)
  const { format, storage } = storages.parse(volid)
  const { size, used, notes = '' } = volume.stored
  if (size === 0 && format !== 'subvol') throw failed(`volume '${volid}' has size zero`)
  return {
    path,
    size,
    used: storage.type.startsWith('lvm') ? 0 : used,
    format: isImageFormat(format) || storage.type === 'pbs' ? format : 'raw',
    ...(volume.content === 'backup' && { notes, protected: volume.stored.protected ? 1 : 0 }),
  }
})

// pve-storage API2/Storage/Content.pm: updateattributes
const update = handle('PUT', '/nodes/{node}/storage/{storage}/content/{volume}', (context) => {
  const { params, cluster, node, rights } = context
  const { storages } = cluster
  const volid = realVolumeId(params.storage, params.volume)
  requireVolumeAccess({ volid }, { storages, rights })
  if (params.notes !== undefined) {
    requireAttribute('notes', storages.parse(volid))
    storages.annotate(volid, { node, notes: params.notes })
  }
  if (params.protected !== undefined) {
    const isProtected = params.protected === '1'
    if (isProtected) requireProtectableVolume(volid, { storages, rights, node })
    requireAttribute('protected', storages.parse(volid))
    storages.annotate(volid, { node, protected: isProtected })
  }
})

// pve-storage API2/Storage/Content.pm: delete
const remove = handle(
  'DELETE',
  '/nodes/{node}/storage/{storage}/content/{volume}',
  async (context) => {
    const { params, cluster, node, rights, startTask, clock } = context
    const { storages } = cluster
    const volid = realVolumeId(params.storage, params.volume)
    const { content, vmid, storage } = storages.parse(volid)
    if (content === 'backup' && vmid !== undefined) {
      rights.require(`/storage/${storage.id}`, 'Datastore.AllocateSpace')
      rights.require(`/vms/${vmid}`, 'VM.Backup')
    } else rights.require(`/storage/${storage.id}`, 'Datastore.Allocate')

    const id = vmid === undefined ? storage.id : `${vmid}@${storage.id}`
    const upid = startTask('imgdel', id, (task) => {
      const existed = storages.free(volid, node)
      if (!existed && storage.options.path !== undefined) {
        task.log(`disk image '${storages.path(volid)}' does not exist`)
      }
      task.log(`Removed volume '${volid}'`)
    })
    if (params.delay === undefined) return upid

    const { tasks } = cluster.state
    const timer = new AbortController()
    await Promise.race([
      tasks.finished(upid),
      clock.sleep(Number(params.delay) * 1000, timer.signal).catch(() => {}),
    ])
    timer.abort()
    if (tasks.isRunning(upid)) return upid
    const status = tasks.get(upid)?.exitStatus ?? ''
    if (status === 'OK' || status.startsWith('WARNINGS: ')) return null
    throw failed(status)
  },
)

// pve-storage API2/Storage/Content.pm: copy
const copy = handle('POST', '/nodes/{node}/storage/{storage}/content/{volume}', (context) => {
  const { params, cluster, node, startTask } = context
  const source = realVolumeId(params.storage, params.volume)
  const target = realVolumeId(params.storage, params.target)
  const targetNode = params.target_node || node
  return startTask('imgcopy', '', (task) => {
    task.log(`DEBUG: starting worker ${task.upid}`)
    const volid = cluster.storages.transfer(source, { node, target, targetNode })
    task.log(`successfully imported '${volid}'`, `DEBUG: end worker ${task.upid}`)
  })
})

export const contentHandlers: readonly Handler[] = [list, allocate, info, update, remove, copy]

function mayRead(volid: string, access: VolumeAccess): boolean {
  try {
    requireVolumeAccess({ volid }, access)
    return true
  } catch {
    return false
  }
}

/** The list for one guest has its disks and backups; snippets and files for import belong to nobody and stay. */
function isListedFor(vmid: number, { content, vmid: owner }: Volume): boolean {
  if (content === 'snippets' || content === 'import') return true
  return content !== 'iso' && content !== 'vztmpl' && owner === vmid
}

/** KiB where no unit is given. */
function parseSize(size: string): number {
  const [, digits, unit] = /^(\d+)([MG]?)$/.exec(size) ?? []
  if (digits === undefined) throw invalidParameters({ size: `unable to parse size '${size}'` })
  return Number(digits) * (unit === 'G' ? 2 ** 30 : unit === 'M' ? 2 ** 20 : 2 ** 10)
}

/** A volume may be named without its storage, which the path tells. */
function realVolumeId(storage: string, volume: string): string {
  if (!volume.includes(':')) return `${storage}:${volume}`
  const parts = splitVolumeId(volume)
  const mistake = !parts
    ? `unable to parse volume ID '${volume}'`
    : parts.storage !== storage && `storage ID mismatch (${parts.storage} != ${storage})`
  if (mistake) throw invalidParameters({ volume: `${mistake}\n` })
  return volume
}
