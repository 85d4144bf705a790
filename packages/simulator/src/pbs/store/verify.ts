import type { Task, TaskBody } from '../../engine/tasks.js'
import {
  handleRest,
  isSet,
  numberOf,
  textOf,
  type RestContext,
  type RestHandler,
} from '../../rest/context.js'
import { bad } from '../../rest/rest-fault.js'
import { maxNamespaceDepth } from '../pbs-product.js'
import { accessibleGroups, isLimited, placeOf, requireOwner, type Needed } from './access.js'
import { groupName, snapshotName, type GroupPlace, type SnapshotPlace } from './backup-place.js'
import { Datastore } from './datastore.js'
import { progressText } from './progress.js'

const needed: Needed = { full: ['Datastore.Verify'], own: ['Datastore.Backup'] }

export interface VerifyOptions {
  readonly ns: string
  readonly maxDepth: number
  /** Snapshots that were found to be good are left out. */
  readonly ignoresVerified: boolean
  /** Days after which they are looked at all the same. */
  readonly outdatedAfter: number | undefined
}

// proxmox-backup src/api2/admin/datastore.rs: verify
const verify = handleRest('POST', '/admin/datastore/{store}/verify', (context) => {
  const { params, cluster, rights, user, startTask } = context
  const place = placeOf(params)
  const limited = isLimited(rights, place, needed)
  const datastore = new Datastore(cluster, place.store, 'read')
  const type = textOf(params, 'backup-type')
  const id = textOf(params, 'backup-id')
  const time = numberOf(params, 'backup-time')
  const options = verifyOptions(params)
  const { store, ns } = place
  if (type !== undefined && id !== undefined) {
    const group = { ns, type, id }
    if (limited) requireOwner(datastore.owner(group), user)
    const path = `${store}:${ns}/${type}/${id}`
    if (time === undefined) {
      return startTask('verify_group', path, (task) =>
        requireSound(task, verifyGroup(task, { datastore, group, options, context, step: [1, 0] })),
      )
    }
    const hex = time.toString(16).toUpperCase().padStart(8, '0')
    const snapshot = { ...group, time }
    return startTask('verify_snapshot', `${path}/${hex}`, (task) =>
      requireSound(
        task,
        verifySnapshot(task, { datastore, snapshot, options, context })
          ? []
          : [snapshotName(snapshot)],
      ),
    )
  }
  if (type !== undefined || id !== undefined || time !== undefined) {
    throw bad('parameters do not specify a backup group or snapshot')
  }
  return startTask(
    'verify',
    ns === '' ? store : `${store}:${ns}`,
    verifyAll(context, datastore, options),
  )
})

export const verifyHandlers: readonly RestHandler[] = [verify]

export function verifyOptions(given: Readonly<Record<string, unknown>>): VerifyOptions {
  const ns = textOf(given, 'ns') ?? ''
  return {
    ns,
    maxDepth: numberOf(given, 'max-depth') ?? maxNamespaceDepth,
    ignoresVerified: given['ignore-verified'] === undefined || isSet(given, 'ignore-verified'),
    outdatedAfter: numberOf(given, 'outdated-after'),
  }
}

/** proxmox-backup src/backup/verify.rs: verify_all_backups */
export function verifyAll(
  context: RestContext,
  datastore: Datastore,
  options: VerifyOptions,
): TaskBody {
  return (task) => {
    task.log(`verify datastore ${datastore.name}`)
    const groups = accessibleGroups(datastore, context, { ...options, needed })
    task.log(`found ${groups.length} groups`)
    const failed = groups.flatMap((group, index) =>
      verifyGroup(task, { datastore, group, options, context, step: [groups.length, index] }),
    )
    requireSound(task, failed)
  }
}

interface GroupCheck {
  readonly datastore: Datastore
  readonly group: GroupPlace
  readonly options: VerifyOptions
  readonly context: RestContext
  /** Of how many groups this is which one. */
  readonly step: readonly [groups: number, doneGroups: number]
}

/** Names of the snapshots that are not what they should be. */
function verifyGroup(task: Task, check: GroupCheck): string[] {
  const { datastore, group, step } = check
  const snapshots = datastore.snapshots(group).toReversed()
  task.log(`verify group ${datastore.name}:${groupName(group)} (${snapshots.length} snapshots)`)
  return snapshots.flatMap((snapshot, index) => {
    const isSound = verifySnapshot(task, { ...check, snapshot })
    const [groups, doneGroups] = step
    const progress = { groups, doneGroups, snapshots: snapshots.length, doneSnapshots: index + 1 }
    task.log(`percentage done: ${progressText(progress)}`)
    return isSound ? [] : [snapshotName(snapshot)]
  })
}

/** proxmox-backup src/backup/verify.rs: verify_backup_dir */
function verifySnapshot(
  task: Task,
  {
    datastore,
    snapshot,
    options,
    context,
  }: Omit<GroupCheck, 'group' | 'step'> & { readonly snapshot: SnapshotPlace },
): boolean {
  const name = `${datastore.name}:${snapshotName(snapshot)}`
  if (!datastore.hasSnapshot(snapshot)) {
    task.log(`SKIPPED: verify ${name} - snapshot does not exist (anymore).`)
    return true
  }
  const { files, unprotected } = datastore.manifest(snapshot)
  if (!isDue(unprotected.verify_state, { options, now: context.cluster.now() })) {
    task.log(`SKIPPED: verify ${name} (recently verified)`)
    return true
  }
  task.log(`verify ${name}`)
  let isSound = true
  for (const file of files) {
    task.log(`  check ${file.filename}`)
    if (datastore.chunks.has(file)) continue
    isSound = false
    task.log(`verify ${name}/${file.filename} failed: chunks could not be verified`)
  }
  const state = { state: isSound ? 'ok' : 'failed', upid: task.upid }
  datastore.noteOn(snapshot, { verify_state: state })
  return isSound
}

/** proxmox-backup src/backup/verify.rs: verify_filter */
function isDue(
  state: unknown,
  { options, now }: { readonly options: VerifyOptions; readonly now: number },
): boolean {
  const { ignoresVerified, outdatedAfter } = options
  if (!ignoresVerified || typeof state !== 'object' || state === null) return true
  if (!('upid' in state) || outdatedAfter === undefined) return !('upid' in state)
  const started = Number.parseInt(String(state.upid).split(':')[5] ?? '', 16)
  return started < now - outdatedAfter * 86_400
}

function requireSound(task: Task, failed: readonly string[]): void {
  if (failed.length === 0) return
  task.log('Failed to verify the following snapshots/groups:', ...failed.map((name) => `\t${name}`))
  throw new Error('verification failed - please check the log for details')
}
