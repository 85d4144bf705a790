import { parsePropertyString } from '@proxkit/schema'
import { failed, faultText } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'
import { backupStorage, type BackupOptions } from './backup-options.js'
import {
  backupTarget,
  readBackupDefaults,
  type BackupDefaults,
  type BackupTarget,
} from './backup-defaults.js'
import { backupLog } from './backup-log.js'
import { compressorOf } from './compressor.js'
import type { BackupRun } from './guest-backup.js'
import { saveGuest, type Retention } from './save-guest.js'

export interface BackupRequest {
  readonly options: BackupOptions
  /** The command as the log tells it. */
  readonly command: string
  /** Guests of this node. */
  readonly vmids: readonly number[]
  /** Guests of other nodes. */
  readonly skipped: readonly number[]
}

/** Saves guests one after another in a task. pve-manager VZDump.pm: new, exec_backup */
export async function runBackup(
  { cluster, node, rights }: Pick<CallContext<unknown>, 'cluster' | 'node' | 'rights'>,
  task: Task,
  request: BackupRequest,
): Promise<void> {
  const { options, ...where } = planBackup({ cluster, node, rights }, request.options)
  const cpu = cluster.node(node).cpu
  const { retention, prunes, ...place } = where
  const run: BackupRun = {
    cluster,
    node,
    rights,
    task,
    log: backupLog(task),
    options,
    compressor: compressorOf(options, cpu.cores * cpu.sockets),
    ...place,
  }
  const lock = {
    file: `${node}:/var/run/vzdump.lock`,
    timeout: Number(options.lockwait ?? 180) * 60,
    log: (line: string) =>
      run.log.info(line === ' OK' ? 'got global lock' : 'trying to get global lock - waiting...'),
  }
  await cluster.guestLocks.hold(lock, () => saveGuests(run, request, { retention, prunes }))
}

interface Plan {
  readonly options: BackupDefaults
  readonly target: BackupTarget | undefined
  readonly dumpdir: string | undefined
  readonly retention: Retention
  readonly prunes: boolean
}

/** What is asked for over what the node and the storage say. VZDump.pm: new */
function planBackup(
  { cluster, node }: Pick<CallContext<unknown>, 'cluster' | 'node' | 'rights'>,
  given: BackupOptions,
): Plan {
  const {
    storage: usualStorage,
    dumpdir: usualDirectory,
    ...usual
  } = readBackupDefaults(cluster, node)
  const isPlaced = given.dumpdir !== undefined || given.storage !== undefined
  const options: Record<string, string> = { ...usual }
  delete options['prune-backups']
  for (const [name, value] of Object.entries({
    ...(!isPlaced && { storage: usualStorage, dumpdir: usualDirectory }),
    ...given,
  })) {
    if (typeof value === 'string') options[name] = value
  }
  if (options.storage !== undefined && options.dumpdir !== undefined) {
    throw failed("cannot use options 'storage' and 'dumpdir' at the same time")
  }
  const storage = backupStorage(options)
  // All that is wrong is said at once.
  const mistakes: string[] = []
  if (options.script && cluster.state.nodes.get(node)?.files[options.script] === undefined) {
    mistakes.push(`Error: The hook script '${options.script}' does not exist.`)
  }
  const target =
    storage === undefined ? undefined : findTarget({ cluster, node }, { storage, mistakes })
  const plainDirectory = options.dumpdir?.replace(/\/+$/, '')
  if (storage === undefined && !isDirectory(plainDirectory)) {
    mistakes.push(`dumpdir '${plainDirectory}' does not exist`)
  }
  const tmpdir = options.tmpdir?.replace(/\/+$/, '')
  if (tmpdir !== undefined && !isDirectory(tmpdir)) {
    mistakes.push(`tmpdir '${tmpdir}' does not exist`)
  }
  if (mistakes.length > 0) throw failed(mistakes.join('\n'))
  const dumpdir = target ? target.dumpdir : plainDirectory
  const { 'prune-backups': wanted } = given
  const retention: Retention =
    wanted !== undefined
      ? stringsOf(parsePropertyString('prune-backups', wanted))
      : (target?.retention ??
        stringsOf(parsePropertyString('prune-backups', usual['prune-backups'] ?? 'keep-all=1')))
  const prunes = options.remove !== '0' && !Number(retention['keep-all'] ?? 0)
  return { options, target, dumpdir, retention, prunes }
}

/** Where the archives go; what is wrong with the storage joins the mistakes. */
function findTarget(
  { cluster, node }: Pick<CallContext<unknown>, 'cluster' | 'node'>,
  { storage, mistakes }: { readonly storage: string; readonly mistakes: string[] },
): BackupTarget | undefined {
  const attempt = <T>(prefix: string, work: () => T): T | undefined => {
    try {
      return work()
    } catch (error) {
      mistakes.push(`${prefix} '${storage}': ${faultText(error)}`)
      return undefined
    }
  }
  attempt('could not activate storage', () => cluster.storages.requireActive(storage, node))
  return attempt('could not get storage information for', () => backupTarget(cluster, storage))
}

/** The directories that every node has. */
function isDirectory(path: string | undefined): boolean {
  return path !== undefined && /^\/(?:tmp|var\/tmp|var\/lib\/vz(?:\/dump)?|root|mnt)?$/.test(path)
}

function stringsOf(values: Readonly<Record<string, string | undefined>>): Retention {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

async function saveGuests(
  run: BackupRun,
  { command, vmids, skipped, options }: BackupRequest,
  prune: { readonly retention: Retention; readonly prunes: boolean },
): Promise<void> {
  const { log, cluster, rights } = run
  log.info(`starting new backup job: ${command}`)
  if (skipped.length > 0) {
    log.info(`skip external VMs: ${skipped.toSorted((a, b) => a - b).join(', ')}`)
  }
  const saved = vmids
    .toSorted((a, b) => a - b)
    .filter((vmid) => {
      if (!cluster.guests.get(vmid) || rights.has(`/vms/${vmid}`, 'VM.Backup')) return true
      if (options.all !== '1') rights.require(`/vms/${vmid}`, 'VM.Backup')
      return false
    })
  let hasFailed = false
  try {
    for (const vmid of saved) {
      const isSaved = await saveGuest(run, { vmid, ...prune })
      hasFailed ||= !isSaved
    }
  } catch (error) {
    log.error(`Backup job failed - ${faultText(error)}`)
    throw error
  }
  log.info(`Backup job finished ${hasFailed ? 'with errors' : 'successfully'}`)
  if (hasFailed) throw failed('job errors')
}
