import { readAcl, writeAcl } from '../rest/access/acl-file.js'
import {
  handleRest,
  isSet,
  listOf,
  needText,
  textOf,
  type RestContext,
  type RestHandler,
} from '../rest/context.js'
import { forbidden, missing } from '../rest/rest-fault.js'
import { parameterFault } from '../rest/verify-parameters.js'
import { files } from './config-files.js'
import { isOwner, namespacePrivileges } from './store/access.js'
import { Datastore } from './store/datastore.js'
import { lastGarbageStatus } from './store/garbage.js'
import { storePath } from './store-path.js'

const { datastore: file } = files
const path = '/config/datastore'

// proxmox-backup src/api2/config/datastore.rs: list_datastores
const listConfig = handleRest('GET', path, ({ cluster, rights, tell }) => {
  tell('digest', file.digest(cluster))
  return file
    .ofType(cluster, 'datastore')
    .filter(({ id }) => rights.hasAny(storePath(id), 'Datastore.Audit'))
    .map((section) => file.shown(section))
})

// proxmox-backup src/api2/config/datastore.rs: read_datastore
const read = handleRest('GET', `${path}/{name}`, ({ params, cluster, tell }) => {
  const section = file.lookup(cluster, 'datastore', needText(params, 'name'))
  tell('digest', file.digest(cluster))
  return file.shown(section)
})

const retention = /^(?:keep-(?:last|hourly|daily|weekly|monthly|yearly)|prune-schedule)$/

// proxmox-backup src/api2/config/datastore.rs: create_datastore
const create = handleRest('POST', path, ({ params, cluster, startTask }) => {
  const { name: _, 'reuse-datastore': reuse, 'overwrite-in-use': __, ...given } = params
  const name = needText(params, 'name')
  if (file.sections(cluster).has(name)) {
    throw parameterFault([['name', `datastore '${name}' already exists.`]])
  }
  const options = Object.entries(given)
  const data = Object.fromEntries(options.filter(([option]) => !retention.test(option)))
  const keep = Object.fromEntries(options.filter(([option]) => retention.test(option)))
  return startTask('create-datastore', name, (task) => {
    const root = needText(params, 'path')
    const { files: onDisk } = cluster.node(cluster.firstNode)
    const isTaken = Object.keys(onDisk).some((one) => one.startsWith(`${root}/`))
    if (isTaken && reuse !== true) throw new Error('datastore path not empty')
    if (onDisk[`${root}/.lock`] === undefined) {
      cluster.state.writeNodeFile(cluster.firstNode, `${root}/.lock`, '')
    }
    task.log('Chunkstore create: 1%', 'Chunkstore create: 100%')
    file.put(cluster, { type: 'datastore', id: name, data })
    const { 'prune-schedule': schedule, ...options } = keep
    if (schedule === undefined) return
    // Retention is a matter of jobs: the options make one.
    const id = `default-${name}-${task.upid.slice(-8)}`.replaceAll(/[^\w.-]/g, '').slice(0, 32)
    files.prune.put(cluster, { type: 'prune', id, data: { ...options, store: name, schedule } })
    task.log(`Prune job created: ${id}`)
  })
})

// proxmox-backup src/api2/config/datastore.rs: update_datastore
const update = handleRest('PUT', `${path}/{name}`, ({ params, cluster }) => {
  const { name: _, digest, delete: __, ...given } = params
  file.requireDigest(cluster, digest)
  const present = file.lookup(cluster, 'datastore', needText(params, 'name'))
  const fixed = Object.keys(given).find((name) => retention.test(name))
  if (fixed !== undefined) {
    throw parameterFault([[fixed, 'datastore prune settings have been replaced by prune jobs']])
  }
  const data: Record<string, unknown> = { ...present.data }
  for (const name of listOf(params, 'delete')) delete data[name]
  Object.assign(data, given)
  const comment = textOf(given, 'comment')?.trim()
  if (comment !== undefined) data.comment = comment === '' ? undefined : comment
  file.put(cluster, { ...present, data })
})

// proxmox-backup src/api2/config/datastore.rs: delete_datastore
const remove = handleRest('DELETE', `${path}/{name}`, ({ params, cluster, startTask }) => {
  file.requireDigest(cluster, params.digest)
  const name = needText(params, 'name')
  if (!file.sections(cluster).has(name)) throw missing(`datastore '${name}' does not exist.`)
  if (!isSet(params, 'keep-job-configs')) {
    for (const jobs of [files.verify, files.sync, files.prune, files.tapeJob]) {
      for (const { id, data } of jobs.sections(cluster).values()) {
        if (data.store === name) jobs.remove(cluster, id)
      }
    }
    const acl = readAcl(cluster.config)
    const others = acl.filter(({ path: [first, store] }) => first !== 'datastore' || store !== name)
    if (others.length < acl.length) writeAcl(cluster.config, others)
  }
  return startTask('delete-datastore', name, (task) => {
    const datastore = new Datastore(cluster, name, 'lookup')
    file.remove(cluster, name)
    if (!isSet(params, 'destroy-data')) return
    task.log(`destroying datastore '${name}'`)
    datastore.destroy()
  })
})

// proxmox-backup src/api2/admin/datastore.rs: get_datastore_list
const list = handleRest('GET', '/admin/datastore', (context) =>
  file.ofType(context.cluster, 'datastore').flatMap((section) => {
    const { rights } = context
    const { id, data } = section
    const isAllowed = rights.hasAny(storePath(id), 'Datastore.Audit', 'Datastore.Backup')
    if (!isAllowed && !rights.hasAnyBelow(storePath(id), ...namespacePrivileges)) return []
    return [
      {
        store: id,
        ...(isAllowed && data.comment !== undefined && { comment: data.comment }),
        ...(data['maintenance-mode'] !== undefined && { maintenance: data['maintenance-mode'] }),
        ...backendOf(context),
      },
    ]
  }),
)

// proxmox-backup src/api2/admin/datastore.rs: status
const status = handleRest('GET', '/admin/datastore/{store}/status', (context) => {
  const { params, cluster, rights } = context
  const store = needText(params, 'store')
  const isFull = rights.hasAny(storePath(store), 'Datastore.Audit', 'Datastore.Backup')
  const mayCount = rights.hasAny(storePath(store), 'Datastore.Read')
  if (!isFull && !mayCount && !rights.hasAnyBelow(storePath(store), ...namespacePrivileges)) {
    throw forbidden()
  }
  const datastore = new Datastore(cluster, store, 'read')
  const usage = isFull ? usageOf(datastore) : { total: 0, used: 0, avail: 0 }
  return {
    ...usage,
    ...backendOf(context),
    ...(isSet(params, 'verbose') && {
      counts: countsOf(context, datastore),
      ...(isFull && { 'gc-status': lastGarbageStatus(datastore) }),
    }),
  }
})

// proxmox-backup src/api2/status.rs: datastore_status
const usage = handleRest('GET', '/status/datastore-usage', (context) =>
  file.ofType(context.cluster, 'datastore').flatMap(({ id }) => {
    const { rights, cluster } = context
    const isAllowed = rights.hasAny(storePath(id), 'Datastore.Audit', 'Datastore.Backup')
    if (!isAllowed) {
      return rights.hasAnyBelow(storePath(id), ...namespacePrivileges)
        ? [{ store: id, ...backendOf(context) }]
        : []
    }
    try {
      const datastore = new Datastore(cluster, id, 'read')
      return [
        {
          store: id,
          ...usageOf(datastore),
          ...backendOf(context),
          'gc-status': lastGarbageStatus(datastore),
        },
      ]
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return [{ store: id, error: reason, ...backendOf(context) }]
    }
  }),
)

// proxmox-backup src/api2/admin/datastore.rs: get_active_operations
const operations = handleRest(
  'GET',
  '/admin/datastore/{store}/active-operations',
  ({ params, cluster }) => {
    const store = needText(params, 'store')
    const running = cluster.state.tasks.running().filter(({ id }) => id.split(':')[0] === store)
    const write = running.filter(({ type }) => /^(?:prune|garbage_collection)/.test(type)).length
    return { read: running.length - write, write }
  },
)

export const datastoreHandlers: readonly RestHandler[] = [
  listConfig,
  read,
  create,
  update,
  remove,
  list,
  status,
  usage,
  operations,
]

/** Versions that know several back ends and removable media tell of them. */
function backendOf({ method }: RestContext): Record<string, unknown> {
  const { items, properties } = method.returns
  const known = items?.properties ?? properties ?? {}
  const facts = { 'backend-type': 'filesystem', 'mount-status': 'nonremovable' }
  return Object.fromEntries(Object.entries(facts).filter(([name]) => Object.hasOwn(known, name)))
}

/** A medium of a tebibyte, of which the chunks take their share. */
function usageOf(datastore: Datastore): {
  readonly total: number
  readonly used: number
  readonly avail: number
} {
  const total = 2 ** 40
  const used = Math.min(total, datastore.chunks.usage() + 2 ** 20)
  return { total, used, avail: total - used }
}

function countsOf({ rights, user }: RestContext, datastore: Datastore): Record<string, unknown> {
  const counts: Record<string, { groups: number; snapshots: number }> = {}
  for (const ns of datastore.namespaces()) {
    const where = storePath(datastore.name, ns)
    const seesAll = rights.hasAny(where, 'Datastore.Audit', 'Datastore.Read')
    for (const group of datastore.groups(ns)) {
      if (!seesAll && !isOwner(datastore.owner(group), user)) continue
      const { length } = datastore.snapshots(group)
      if (length === 0) continue
      const count = (counts[group.type] ??= { groups: 0, snapshots: 0 })
      count.groups += 1
      count.snapshots += length
    }
  }
  return counts
}
