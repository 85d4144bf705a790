import { Download } from '../../../engine/download.js'
import { invalidParameters, failed } from '../../../engine/fault.js'
import { handle, type Handler } from '../../../engine/handle.js'
import type { CallContext } from '../../context.js'
import { snapshotTime } from '../../storage/archive-name.js'
import type { Volume } from '../../storage/storages.js'
import { requireVolumeAccess } from '../../storage/volume-access.js'
import { splitVolumeId } from '../../storage/volume-id.js'
import { tarred, zipped } from './packed-tree.js'
import { findInSnapshot, listTree } from './snapshot-tree.js'

// pve-storage API2/Storage/FileRestore.pm: list
const list = handle('GET', '/nodes/{node}/storage/{storage}/file-restore/list', (context) => {
  const { params } = context
  const volume = requireSnapshot(context, params)
  const found = findInSnapshot(volume, params.filepath === '/' ? '/' : decodePath(params.filepath))
  return 'entries' in found ? found.entries : listTree(found, snapshotTime(volume.stored.name))
})

// pve-storage API2/Storage/FileRestore.pm: download
const download = handle(
  'GET',
  '/nodes/{node}/storage/{storage}/file-restore/download',
  async (context) => {
    const { params, startTask } = context
    const volume = requireSnapshot(context, params)
    const path = decodePath(params.filepath)
    startTask('pbs-download', '', (task) => {
      task.log(`Starting download of file: ${path}`)
    })
    const found = findInSnapshot(volume, path)
    if ('entries' in found) throw failed(`'${path}' is not supported for file-restore`)
    const time = snapshotTime(volume.stored.name)
    const name = found.path.slice(found.path.lastIndexOf('/') + 1)
    const { node } = found
    const pack = params.tar === '1' ? tarred : zipped
    return new Download({
      content: Buffer.isBuffer(node) ? node : await pack(name, node, time),
      contentType: 'application/octet-stream',
    })
  },
)

export const fileRestoreHandlers: readonly Handler[] = [list, download]

/** The snapshot that is meant; throws where it is none of a backup server or not for the caller. */
function requireSnapshot(
  { cluster, node, rights }: Pick<CallContext<unknown>, 'cluster' | 'node' | 'rights'>,
  { storage, volume }: { readonly storage: string; readonly volume: string },
): Volume {
  const { storages } = cluster
  const volid = volumeId(storage, volume)
  const entry = storages.require(storage)
  requireVolumeAccess({ volid, type: 'backup' }, { storages, rights })
  if (entry.type !== 'pbs') {
    throw invalidParameters({ storage: 'Only PBS storages supported for file-restore.' })
  }
  return storages.requireVolume(volid, node)
}

function volumeId(storage: string, volume: string): string {
  const parts = splitVolumeId(volume)
  if (parts) {
    if (parts.storage === storage) return volume
    throw invalidParameters({ volume: `storage ID mismatch (${parts.storage} != ${storage}).` })
  }
  return volume.startsWith('backup/') ? `${storage}:${volume}` : `${storage}:backup/${volume}`
}

/** Paths come in Base64, for they may be of any bytes. */
function decodePath(path: string): string {
  if (!/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(path)) {
    throw failed(`Failed base64-decoding path '${path}' - Invalid input length`)
  }
  return Buffer.from(path, 'base64').toString()
}
