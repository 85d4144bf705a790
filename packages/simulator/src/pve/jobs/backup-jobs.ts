import { randomUUID } from 'node:crypto'
import { failed, faultText, invalidParameters, permissionDenied } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Operations } from '../../engine/operations.js'
import type { Rights } from '../access/rights.js'
import { readUserConfig } from '../access/user-config.js'
import {
  backupStorage,
  requireOptionRights,
  verifyBackupOptions,
} from '../backup/backup-options.js'
import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'
import { encodeText } from '../encoded-text.js'
import { checkSection, type Section } from '../section-config.js'
import { nextEvent, parseCalendarEvent } from './calendar-event.js'
import { isBackupOption, jobData, jobFormat, readJobs, writeJobs } from './job-config.js'
import { createJobState, noteJobChange, removeJobState } from './job-state.js'
import { readLegacyJobs, removeLegacyJob, type LegacyJob } from './legacy-jobs.js'

// pve-manager API2/Backup.pm: index
const list = handle('GET', '/cluster/backup', ({ cluster }) => [
  ...readLegacyJobs(cluster.config).map(legacyData),
  ...[...readJobs(cluster.config).sections.values()]
    .filter(({ type }) => type === 'vzdump')
    .map((section) => {
      const event = parseCalendarEvent(section.options.schedule ?? '')
      const next = event && nextEvent(event, cluster.now())
      return {
        ...jobData(section),
        id: section.id,
        ...(next !== undefined && { 'next-run': next }),
      }
    }),
])

// pve-manager API2/Backup.pm: read_job
const read = handle('GET', '/cluster/backup/{id}', ({ params: { id }, cluster }) => {
  const legacy = readLegacyJobs(cluster.config).find((job) => job.id === id)
  if (legacy) return legacyData(legacy)
  return { ...jobData(requireJob(cluster, id)), id }
})

// pve-manager API2/Backup.pm: create_job
const create = handle('POST', '/cluster/backup', ({ params, cluster, node, rights }) => {
  const { id = randomUUID(), ...given } = params
  requireOptionRights(given, { rights })
  const storage = backupStorage(given)
  if (rights.user !== 'root@pam' && storage !== undefined) {
    rights.require(`/storage/${storage}`, 'Datastore.Allocate')
  }
  requirePool(cluster, rights, given.pool)
  const wanted = withSchedule(given)
  if (wanted.schedule === undefined) {
    throw invalidParameters({ schedule: "neither 'starttime' nor 'schedule' were set" })
  }
  const jobs = readJobs(cluster.config)
  if (jobs.sections.has(id)) throw failed(`Job '${id}' already exists`)
  const verified = asDied(() => verifyBackupOptions(wanted, { isComplete: true }))
  const section = checkSection(
    sectionOf(id, { ...verified, enabled: verified.enabled ?? '1' }),
    jobFormat,
    { checked: true },
  )
  createJobState(cluster, { node, section })
  writeJobs(cluster.config, { ...jobs, sections: new Map([...jobs.sections, [id, section]]) })
})

// pve-manager API2/Backup.pm: update_job
const update = handle('PUT', '/cluster/backup/{id}', ({ params, cluster, node, rights }) => {
  const { id, delete: deleteText, ...given } = params
  const deleted = splitList(deleteText ?? '')
  requireUpdateRights(rights, { given, deleted })
  requirePool(cluster, rights, given.pool)
  const wanted = withSchedule(given)
  const jobs = readJobs(cluster.config)
  if (Object.values(wanted).every((value) => value === undefined) && deleted.length === 0) {
    throw failed('no options specified')
  }
  const verified = asDied(() => verifyBackupOptions(wanted, { isComplete: false }))
  const legacy = readLegacyJobs(cluster.config).find((job) => job.id === id)
  const present = legacy ?? jobs.sections.get(id)
  if (present?.type !== 'vzdump') throw failed('no such vzdump job')
  requireUpdateRights(rights, { given, deleted, present })
  for (const name of deleted) {
    if (!isBackupOption(name) && name !== 'comment' && name !== 'repeat-missed') {
      throw failed(faultText(invalidParameters({ delete: `unknown option '${name}'` })))
    }
  }
  const section = changedJob(present, { changes: sectionOf(id, verified), deleted })
  asDied(() =>
    verifyBackupOptions(
      { ...section.options, 'exclude-path': section.lists?.['exclude-path'] ?? [] },
      { isComplete: true },
    ),
  )
  if (legacy) removeLegacyJob(cluster.config, legacy)
  writeJobs(cluster.config, { ...jobs, sections: new Map([...jobs.sections, [id, section]]) })
  noteJobChange(cluster, { node, section })
})

// pve-manager API2/Backup.pm: delete_job
const remove = handle('DELETE', '/cluster/backup/{id}', ({ params: { id }, cluster, node }) => {
  const legacy = readLegacyJobs(cluster.config).find((job) => job.id === id)
  if (legacy) {
    removeLegacyJob(cluster.config, legacy)
    return
  }
  const jobs = readJobs(cluster.config)
  const sections = new Map(jobs.sections)
  if (!sections.delete(id)) {
    throw failed(faultText(invalidParameters({ id: `No such job '${id}'` })))
  }
  removeJobState(cluster, { node, type: 'vzdump', id })
  writeJobs(cluster.config, { ...jobs, sections })
})

export const backupJobHandlers: readonly Handler[] = [list, read, create, update, remove]

/** The backup job with this id, also one of the old file; throws the original's 400 when there is none. */
export function requireJob(cluster: Cluster, id: string): Section {
  const legacy = readLegacyJobs(cluster.config).find((job) => job.id === id)
  const job = legacy ?? readJobs(cluster.config).sections.get(id)
  if (job?.type !== 'vzdump') throw invalidParameters({ id: `No such job '${id}'` })
  return job
}

type Given = Omit<Operations['PUT /cluster/backup/{id}'], 'id' | 'delete'>

/** The old way to say when becomes the new one. Backup.pm: $schedule_param_check, $convert_to_schedule */
function withSchedule({ starttime, dow, ...given }: Given): Omit<Given, 'starttime' | 'dow'> {
  if (given.schedule !== undefined) {
    if (starttime !== undefined) {
      throw invalidParameters({ starttime: "'starttime' and 'schedule' cannot both be set" })
    }
    return given
  }
  if (starttime === undefined) return given
  const days = splitList(dow ?? '').join(',')
  const isDaily = days === '' || days === 'mon,tue,wed,thu,fri,sat,sun'
  return { ...given, schedule: isDaily ? starttime : `${days} ${starttime}` }
}

function sectionOf(
  id: string,
  { 'exclude-path': paths, ...given }: Omit<Given, 'starttime' | 'dow'>,
): Section {
  const options = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, name === 'comment' ? encodeText(value) : value]] : [],
    ),
  )
  const section = checkSection({ id, type: 'vzdump', options }, jobFormat, {
    update: true,
    checked: true,
  })
  return paths === undefined ? section : { ...section, lists: { 'exclude-path': paths } }
}

/** What selects guests takes the place of what did before. Backup.pm: update_job */
function changedJob(
  present: Section,
  { changes, deleted }: { readonly changes: Section; readonly deleted: readonly string[] },
): Section {
  const kept = Object.entries(present.options).filter(([name]) => !deleted.includes(name))
  const options: Record<string, string> = { ...Object.fromEntries(kept), ...changes.options }
  const lists = changes.lists ?? (deleted.includes('exclude-path') ? undefined : present.lists)
  if (options.exclude !== undefined && options.pool === undefined) options.all = '1'
  const dropped =
    changes.options.vmid !== undefined
      ? ['all', 'exclude', 'pool']
      : isTrue(changes.options.all)
        ? ['vmid', 'pool']
        : isTrue(options.pool)
          ? ['vmid', 'all', 'exclude']
          : []
  for (const name of dropped) delete options[name]
  return { id: changes.id, type: 'vzdump', options, ...(lists && { lists }) }
}

function requirePool(cluster: Cluster, rights: Rights, pool: string | undefined): void {
  if (!isTrue(pool)) return
  if (!readUserConfig(cluster.config).pools.has(pool)) {
    throw permissionDenied(`pool '${pool}' does not exist`)
  }
  rights.require(`/pool/${pool}`, 'VM.Backup')
}

/** pve-manager API2/Backup.pm: assert_param_permission_update */
function requireUpdateRights(
  rights: Rights,
  {
    given,
    deleted,
    present,
  }: {
    readonly given: Given
    readonly deleted: readonly string[]
    readonly present?: Section
  },
): void {
  if (rights.user === 'root@pam') return
  requireOptionRights(given, { rights })
  const gone = Object.fromEntries(deleted.map((name) => [name, '']))
  requireOptionRights(gone, { rights, isDeletion: true })
  if (isTrue(given.storage)) rights.require(`/storage/${given.storage}`, 'Datastore.Allocate')
  else if (deleted.includes('storage')) rights.require('/storage/local', 'Datastore.Allocate')
  if (!present) return
  const { dumpdir, storage } = present.options
  if (isTrue(dumpdir)) {
    throw failed(
      "only root@pam may edit jobs with a 'dumpdir' option." +
        ' at /usr/share/perl5/PVE/API2/Backup.pm line 82.',
    )
  }
  rights.require(`/storage/${storage || 'local'}`, 'Datastore.Allocate')
}

/** Within the lock of the file a refusal becomes the text of one. */
function asDied<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw failed(faultText(error))
  }
}

/** A job of the old file: its options are text, but for some that the command line knows to be numbers. */
function legacyData({ id, options }: LegacyJob): Record<string, unknown> {
  const { type: _type, ...data } = jobData({ id, type: 'vzdump', options })
  return { ...data, id, enabled: options.enabled === '1' ? '1' : '' }
}
