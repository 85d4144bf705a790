import { createHash } from 'node:crypto'
import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { splitList } from '../config-text.js'
import { pluginOf } from './plugins/plugins.js'
import type { StorageEntry, Storages } from './storages.js'

// pve-storage API2/Storage/Status.pm: index
const list = handle('GET', '/nodes/{node}/storage', ({ params, cluster, node, rights }) => {
  const { storages } = cluster
  const { content, storage } = params
  const wanted = content === undefined ? undefined : splitList(content)
  const target =
    params.target === undefined || params.target === 'localhost' || params.target === node
      ? undefined
      : params.target
  const listed = storages
    .all()
    .filter(
      (entry) =>
        wanted === undefined || (holdsAny(entry, wanted) && storages.isEnabled(entry.id, node)),
    )
  if (storage !== undefined && !listed.some(({ id }) => id === storage)) throw noSuchStorage()

  return listed
    .filter(
      (entry) =>
        (storage === undefined || entry.id === storage) &&
        rights.hasAny(`/storage/${entry.id}`, ['Datastore.Audit', 'Datastore.AllocateSpace']) &&
        !(params.enabled === '1' && entry.disabled) &&
        (target === undefined || isOnBoth(entry, [node, target])),
    )
    .map((entry) => {
      const status = statusOf(entry, { storages, node })
      const { total, used } = status
      return {
        storage: entry.id,
        ...status,
        ...(total > 0 && { used_fraction: used / total }),
        ...(params.format === '1' &&
          storages.isEnabled(entry.id, node) &&
          formatsOf(entry, storages)),
      }
    })
})

const branches = [
  'content',
  'download-url',
  'file-restore',
  'import-metadata',
  'identity',
  'oci-registry-pull',
  'prunebackups',
  'rrd',
  'rrddata',
  'status',
  'upload',
]

// pve-storage API2/Storage/Status.pm: diridx
const index = handle('GET', '/nodes/{node}/storage/{storage}', () =>
  branches.map((subdir) => ({ subdir })),
)

// pve-storage API2/Storage/Status.pm: read_status
const read = handle(
  'GET',
  '/nodes/{node}/storage/{storage}/status',
  ({ params, cluster, node }) => {
    const entry = cluster.storages.get(params.storage)
    if (!entry) throw noSuchStorage()
    return statusOf(entry, { storages: cluster.storages, node })
  },
)

// pve-storage API2/Storage/Status.pm: identity; only a backup server has one
const identity = handle(
  'GET',
  '/nodes/{node}/storage/{storage}/identity',
  ({ params, cluster, node }) => {
    const { type, options } = cluster.storages.requireEnabled(params.storage, node)
    if (type === 'pbs') return { type, id: serverIdentity(options) }
    throw failed(
      'get_identity not implemented for this plugin at /usr/share/perl5/PVE/Storage/Plugin.pm line 2681.',
    )
  },
)

/** What a backup server drew when it was set up: the same for all its datastores. */
function serverIdentity({ server = '', port = '8007' }: Readonly<Record<string, string>>): string {
  const digest = createHash('sha256').update(`${server}:${port}`).digest('hex')
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(digest) ?? []
  return `${a}-${b}-4${c}-8${d}-${e}`
}

export const storageStatusHandlers: readonly Handler[] = [list, index, read, identity]

/** State of a storage on a node. */
interface StorageStatus {
  readonly type: string
  readonly content: string
  readonly shared: 0 | 1
  readonly enabled: 0 | 1
  readonly active: 0 | 1
  /** Bytes. */
  readonly total: number
  readonly used: number
  readonly avail: number
}

/** pve-storage Storage.pm: storage_info */
function statusOf(
  entry: StorageEntry,
  { storages, node }: { readonly storages: Storages; readonly node: string },
): StorageStatus {
  const usage = storages.usage(entry.id, node)
  const content = entry.options.content ?? ''
  return {
    type: entry.type,
    content,
    shared: entry.shared ? 1 : 0,
    enabled: storages.isEnabled(entry.id, node) ? 1 : 0,
    active: usage ? 1 : 0,
    total: usage?.total ?? 0,
    used: usage?.used ?? 0,
    avail: usage?.avail ?? 0,
  }
}

function formatsOf(entry: StorageEntry, storages: Storages): Record<string, unknown> {
  const { valid, default: usual } = storages.formats(entry.id)
  return {
    formats: { supported: valid.toSorted(), default: usual },
    format: [Object.fromEntries(valid.map((format) => [format, 1])), usual],
    ...(pluginOf(entry).selectExisting && { select_existing: 1 }),
  }
}

function holdsAny(entry: StorageEntry, wanted: readonly string[]): boolean {
  const content: ReadonlySet<string> = entry.content
  return wanted.some((kind) => content.has(kind))
}

function isOnBoth(entry: StorageEntry, nodes: readonly string[]): boolean {
  return entry.shared && nodes.every((node) => entry.nodes?.has(node) ?? true)
}

function noSuchStorage(): Error {
  return invalidParameters({ storage: 'No such storage.' })
}
