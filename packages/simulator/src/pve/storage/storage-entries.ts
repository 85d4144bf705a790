import type { ConfigTree } from '../../engine/config-tree.js'
import { failed, faultText } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { removeStorageAccess } from '../access/guest-access.js'
import type { Cluster } from '../cluster.js'
import { splitList } from '../config-text.js'
import { requireDigest } from '../require-digest.js'
import {
  checkSection,
  requireDeletable,
  sectionData,
  type Section,
  type SectionConfig,
} from '../section-config.js'
import { activationFault } from './activation.js'
import { mediumOf } from './medium.js'
import { optionsOfNewStorage } from './new-storage.js'
import { forgetSecrets, keepSecrets, splitSecrets } from './secrets.js'
import {
  formatStorageConfig,
  parseStorageConfig,
  storageEntry,
  storageFile,
  storageFormat,
} from './storage-config.js'
import { splitVolumeId } from './volume-id.js'

// pve-storage API2/Storage/Config.pm: index
const list = handle('GET', '/storage', ({ params, cluster, rights }) =>
  [...sectionsOf(cluster.config).values()]
    .filter(
      ({ id, type }) =>
        (params.type === undefined || params.type === type) &&
        rights.hasAny(`/storage/${id}`, ['Datastore.Audit', 'Datastore.AllocateSpace']),
    )
    .map((section) => entryData(section, cluster.config)),
)

// pve-storage API2/Storage/Config.pm: read
const read = handle('GET', '/storage/{storage}', ({ params: { storage }, cluster }) =>
  entryData(requireSection(sectionsOf(cluster.config), storage), cluster.config),
)

// pve-storage API2/Storage/Config.pm: create
const create = handle('POST', '/storage', ({ params, cluster, node }) => {
  const { storage: id, type, ...given } = params
  if (!given.nodes) delete given.nodes
  const { options, secrets } = splitSecrets(type, withoutUndefined(given))
  const section = checkSection({ id, type, options }, storageFormat)

  const told = editStorageConfig(cluster.config, {
    failure: 'create storage failed',
    change(sections) {
      if (sections.has(id)) throw failed(`storage ID '${id}' already defined`)
      const kept = keepSecrets(cluster.config, { section, secrets, isNew: true })
      const added = optionsOfNewStorage(section, { storages: cluster.storages, node })
      const complete = { ...section, options: { ...section.options, ...kept.options, ...added } }
      try {
        activate(complete, { cluster, node, content: given.content })
      } catch (error) {
        forgetSecrets(cluster.config, section)
        throw error
      }
      sections.set(id, complete)
      return kept.told
    },
  })
  return { storage: id, type, ...(told && { config: told }) }
})

// pve-storage API2/Storage/Config.pm: update
const update = handle('PUT', '/storage/{storage}', ({ params, cluster }) => {
  const { storage: id, digest, delete: deleted, ...given } = params
  return editStorageConfig(cluster.config, {
    failure: 'update storage failed',
    change(sections) {
      requireDigest(cluster.config.digest(storageFile), digest)
      const section = requireSection(sections, id)
      const { type } = section
      const removed = splitList(deleted ?? '')
      const { options, secrets } = splitSecrets(type, withoutUndefined(given), removed)
      const changes = checkSection({ id, type, options }, storageFormat, { update: true })
      const rules = storageFormat.types[type] ?? {}
      requireDeletable(removed, { rules, set: changes.options })
      const kept = keepSecrets(cluster.config, { section: changes, secrets, isNew: false })
      const remaining = Object.entries(section.options).filter(([name]) => !removed.includes(name))
      sections.set(id, {
        ...section,
        options: { ...Object.fromEntries(remaining), ...changes.options, ...kept.options },
      })
      return { storage: id, type, ...(kept.told && { config: kept.told }) }
    },
  })
})

// pve-storage API2/Storage/Config.pm: delete
const remove = handle('DELETE', '/storage/{storage}', ({ params: { storage: id }, cluster }) => {
  editStorageConfig(cluster.config, {
    failure: 'delete storage failed',
    change(sections) {
      const section = requireSection(sections, id)
      if ([...sections.values()].some(({ options }) => isBasedOn(id, options.base))) {
        throw failed("can't remove storage - storage is used as base of another storage")
      }
      forgetSecrets(cluster.config, section)
      sections.delete(id)
    },
  })
  removeStorageAccess(cluster.config, id)
})

export const storageEntryHandlers: readonly Handler[] = [list, read, create, update, remove]

type Sections = SectionConfig['sections']

function sectionsOf(config: ConfigTree): Sections {
  return config.parse(storageFile, parseStorageConfig).config.sections
}

function requireSection(sections: Sections, id: string): Section {
  const section = sections.get(id)
  if (!section) throw failed(`storage '${id}' does not exist`)
  return section
}

/** Changes `storage.cfg` as a whole or not at all; errors get the prefix that the original's lock gives them. */
function editStorageConfig<T>(
  config: ConfigTree,
  { failure, change }: { failure: string; change: (sections: Map<string, Section>) => T },
): T {
  const { broken, sections } = config.parse(storageFile, parseStorageConfig).config
  const draft = new Map(sections)
  try {
    const result = change(draft)
    config.write(storageFile, formatStorageConfig({ sections: draft, broken }))
    return result
  } catch (error) {
    throw failed(`${failure}: ${faultText(error)}`)
  }
}

/** pve-storage API2/Storage/Config.pm: api_storage_config */
function entryData(section: Section, config: ConfigTree): Record<string, unknown> {
  const data = sectionData(section, storageFormat)
  const directories = section.options['content-dirs']
  if (directories !== undefined) {
    data['content-dirs'] = Object.fromEntries(
      splitList(directories).map((part) => {
        const equals = part.indexOf('=')
        return [part.slice(0, equals), part.slice(equals + 1)]
      }),
    )
  }
  return { ...data, storage: section.id, digest: config.digest(storageFile) }
}

/** A new storage is tried on the node that adds it, so that mistakes show at once. */
function activate(
  section: Section,
  { cluster, node, content }: { cluster: Cluster; node: string; content: string | undefined },
): void {
  const parsed = storageEntry(section)
  if (parsed.disabled || (parsed.nodes && !parsed.nodes.has(node))) return
  // Content that is not given or empty is looked at only when the file is read again.
  const isOpen = splitList(content ?? '').length === 0
  const entry = isOpen ? { ...parsed, content: new Set<never>() } : parsed
  const { backings } = cluster.state
  const fault = activationFault(entry, { node, backings })
  if (fault) throw fault
  const { key, ...size } = mediumOf(entry, node)
  backings.require(key, size)
}

function isBasedOn(id: string, base: string | undefined): boolean {
  return base !== undefined && splitVolumeId(base)?.storage === id
}

function withoutUndefined(
  params: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
