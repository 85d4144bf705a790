import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { CallContext } from '../context.js'
import { isTrue } from '../config-text.js'
import { requireVolumeAccess } from '../storage/volume-access.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { contentRow } from '../storage/content-row.js'
import { backupTarget, readBackupDefaults } from './backup-defaults.js'
import {
  backupCommand,
  backupStorage,
  requireOptionRights,
  verifyBackupOptions,
  type BackupOptions,
} from './backup-options.js'
import { includedGuests } from './included-guests.js'
import { parsePropertyString, formatPropertyString } from '@proxkit/schema'
import { runBackup } from './run-backup.js'

// pve-manager API2/VZDump.pm: vzdump
const vzdump = handle('POST', '/nodes/{node}/vzdump', async (context) => {
  const { params, rights } = context
  if (params.stdout === '1') {
    throw invalidParameters({ stdout: 'option is only allowed on the command line interface.' })
  }
  requireOptionRights(params, { rights })
  const storage = backupStorage(params)
  if (rights.user !== 'root@pam' && params['prune-backups'] !== undefined && storage) {
    rights.require(`/storage/${storage}`, 'Datastore.Allocate')
  }
  return startBackup(context, params)
})

/** Saves the guests that the options select as far as they are on the node; `OK` where none is. */
export async function startBackup(
  context: Pick<CallContext<unknown>, 'cluster' | 'node' | 'rights' | 'startTask'>,
  given: BackupOptions,
): Promise<string> {
  const { cluster, node, rights, startTask } = context
  const options = verifyBackupOptions(given, { isComplete: true })
  if (options.node !== undefined && options.node !== node) return 'OK'
  const command = backupCommand(options)
  const byNode = includedGuests(cluster, options)
  // The missing ones are there to fail where it is seen.
  const vmids = [...(byNode.get(node) ?? []), ...(byNode.get('') ?? [])]
  const skipped = [...byNode].flatMap(([name, ids]) => (name === node || name === '' ? [] : ids))
  if (options.stop === '1') {
    rights.require(`/nodes/${node}`, 'Sys.Modify')
    await stopBackups(context)
    if (vmids.length === 0) return 'OK'
  }
  if (vmids.length === 0 && !isTrue(options.all)) return 'OK'
  const storage = backupStorage(options)
  if (storage !== undefined) rights.require(`/storage/${storage}`, 'Datastore.AllocateSpace')
  const [only] = vmids
  const id = vmids.length === 1 && only !== undefined ? only : ''
  return startTask('vzdump', id, (task) =>
    runBackup(context, task, { options, command, vmids, skipped }),
  )
}

async function stopBackups({
  cluster,
  node,
}: Pick<CallContext<unknown>, 'cluster' | 'node'>): Promise<void> {
  const { tasks } = cluster.state
  const own = tasks.running().filter((task) => task.type === 'vzdump' && task.node === node)
  await Promise.all(own.map(({ upid }) => tasks.stop(upid)))
}

/** Told only to those who may see how the node is set up. */
const nodeOptions = ['mailto', 'tmpdir', 'dumpdir', 'script', 'ionice'] as const

const numbers =
  /^(?:all|bwlimit|ionice|lockwait|pigz|protected|quiet|remove|stdexcludes|stop|stopwait|zstd)$/

// pve-manager API2/VZDump.pm: defaults
const defaults = handle(
  'GET',
  '/nodes/{node}/vzdump/defaults',
  ({ params, cluster, node, rights }) => {
    const usual: Record<string, string> = { ...readBackupDefaults(cluster, node) }
    if (params.storage !== undefined) usual.storage = params.storage
    if (usual.dumpdir === undefined) usual.storage ??= 'local'
    const { storage } = usual
    if (storage !== undefined) {
      rights.requireAny(`/storage/${storage}`, ['Datastore.Audit', 'Datastore.AllocateSpace'])
      const { dumpdir, retention } = backupTarget(cluster, storage)
      if (dumpdir !== undefined) usual.dumpdir = dumpdir
      if (retention) usual['prune-backups'] = formatPropertyString('prune-backups', retention)
    }
    if (!rights.has(`/nodes/${params.node}`, 'Sys.Audit')) {
      for (const name of nodeOptions) delete usual[name]
    }
    if (usual.pool !== undefined && !rights.has(`/pool/${usual.pool}`, 'Pool.Audit')) {
      delete usual.pool
    }
    const { fleecing = '', performance = '', ...plain } = usual
    return {
      ...Object.fromEntries(
        Object.entries(plain).map(([name, value]) => [
          name,
          numbers.test(name) ? Number(value) : value,
        ]),
      ),
      fleecing: shown('backup-fleecing', fleecing),
      performance: shown('backup-performance', performance),
    }
  },
)

function shown(format: string, text: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parsePropertyString(format, text)).map(([name, value]) => [
      name,
      name === 'storage' ? value : Number(value),
    ]),
  )
}

// pve-manager API2/VZDump.pm: extractconfig
const extractConfig = handle(
  'GET',
  '/nodes/{node}/vzdump/extractconfig',
  ({ params: { volume }, cluster, node, rights }) => {
    const { storages } = cluster
    if (!splitVolumeId(volume)) {
      if (!volume.startsWith('/')) throw failed(`unable to parse volume ID '${volume}'`)
      requireVolumeAccess({ volid: volume, type: 'backup' }, { storages, rights })
      throw failed(`ERROR: file '${volume}' does not exist`)
    }
    requireVolumeAccess({ volid: volume, type: 'backup' }, { storages, rights })
    const { vmid, storage } = storages.parse(volume)
    rights.require(`/vms/${vmid}`, 'VM.Backup')
    storages.requireEnabled(storage.id, node)
    const archive = storages.requireVolume(volume, node)
    const { subtype } = contentRow(archive)
    if (subtype !== 'qemu' && subtype !== 'lxc') {
      throw failed(`cannot determine backup guest type for backup archive '${volume}'`)
    }
    if (archive.stored.content === undefined) {
      throw failed('ERROR: archive contains no configuration file')
    }
    return archive.stored.content
  },
)

/** Everything below `/nodes/{node}/vzdump`. */
export const vzdumpHandlers: readonly Handler[] = [vzdump, defaults, extractConfig]
