import { failed, faultText, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { readRealms } from '../access/realms.js'
import { splitList } from '../config-text.js'
import { encodeText } from '../encoded-text.js'
import { checkSection, requireDeletable } from '../section-config.js'
import { nextEvent, parseCalendarEvent } from './calendar-event.js'
import { jobData, jobFormat, readJobs, writeJobs } from './job-config.js'
import { lastSync, removeSyncState } from './realm-sync-state.js'

const type = 'realm-sync'

// pve-access-control API2/Jobs/RealmSync.pm: syncjob_index
const list = handle('GET', '/cluster/jobs/realm-sync', ({ cluster }) =>
  [...readJobs(cluster.config).sections.values()]
    .filter((section) => section.type === type)
    .map((section) => {
      const last = lastSync(cluster, section.id)
      const event = parseCalendarEvent(section.options.schedule ?? '')
      const next = event && nextEvent(event, last ?? cluster.now())
      return {
        ...jobData(section),
        id: section.id,
        'last-run': last ?? null,
        ...(next !== undefined && { 'next-run': next }),
      }
    }),
)

// pve-access-control API2/Jobs/RealmSync.pm: read_job
const read = handle('GET', '/cluster/jobs/realm-sync/{id}', ({ params: { id }, cluster }) => {
  const section = readJobs(cluster.config).sections.get(id)
  if (section?.type !== type) throw invalidParameters({ id: `No such job '${id}'` })
  return jobData(section)
})

// pve-access-control API2/Jobs/RealmSync.pm: create_job
const create = handle('POST', '/cluster/jobs/realm-sync/{id}', ({ params, cluster }) => {
  const { id, ...given } = params
  const jobs = readJobs(cluster.config)
  if (jobs.sections.has(id)) throw failed(`Job '${id}' already exists`)
  const section = checkSection({ id, type, options: optionsOf(given) }, jobFormat, {
    checked: true,
  })
  const realm = section.options.realm ?? ''
  const known = readRealms(cluster.config).get(realm)
  if (!known) throw died({ realm: `No such realm '${realm}'` })
  if (known.type !== 'ldap' && known.type !== 'ad') {
    throw died({ realm: 'Only LDAP/AD realms can be synced.' })
  }
  writeJobs(cluster.config, { ...jobs, sections: new Map([...jobs.sections, [id, section]]) })
})

// pve-access-control API2/Jobs/RealmSync.pm: update_job
const update = handle('PUT', '/cluster/jobs/realm-sync/{id}', ({ params, cluster }) => {
  const { id, delete: deleteText, ...given } = params
  const deleted = splitList(deleteText ?? '')
  const jobs = readJobs(cluster.config)
  const { options } = checkSection({ id, type, options: optionsOf(given) }, jobFormat, {
    update: true,
    checked: true,
  })
  const present = jobs.sections.get(id)
  if (present?.type !== type) throw failed('no such realm-sync job')
  requireDeletable(deleted, { rules: jobFormat.types[type] ?? {}, set: options })
  const kept = Object.entries(present.options).filter(([name]) => !deleted.includes(name))
  const section = { ...present, options: { ...Object.fromEntries(kept), ...options } }
  writeJobs(cluster.config, { ...jobs, sections: new Map([...jobs.sections, [id, section]]) })
})

// pve-access-control API2/Jobs/RealmSync.pm: delete_job
const remove = handle('DELETE', '/cluster/jobs/realm-sync/{id}', ({ params: { id }, cluster }) => {
  const jobs = readJobs(cluster.config)
  const sections = new Map(jobs.sections)
  if (sections.get(id)?.type !== type) throw died({ id: `No such job '${id}'` })
  sections.delete(id)
  writeJobs(cluster.config, { ...jobs, sections })
  removeSyncState(cluster, id)
})

export const realmSyncHandlers: readonly Handler[] = [list, read, create, update, remove]

function optionsOf(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, name === 'comment' ? encodeText(value) : value]],
    ),
  )
}

/** Within the lock of the file a refusal becomes the text of one. */
function died(errors: Readonly<Record<string, string>>): Error {
  return failed(faultText(invalidParameters(errors)))
}
