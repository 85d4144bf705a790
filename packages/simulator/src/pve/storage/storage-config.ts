import { failed } from '../../engine/fault.js'
import { splitList } from '../config-text.js'
import {
  formatSections,
  parseSections,
  type Section,
  type SectionConfig,
  type SectionFormat,
  type SectionPlace,
} from '../section-config.js'
import { pluginOf, storagePlugins } from './plugins/plugins.js'
import type { StorageEntry } from './storages.js'

/** The file below `/etc/pve`. */
export const storageFile = 'storage.cfg'

/** `storage.cfg` as the product sees it. */
export interface StorageConfig {
  /** As it will be written: what the parser fills in stays. */
  readonly config: SectionConfig
  readonly entries: ReadonlyMap<string, StorageEntry>
}

/** How sections of `storage.cfg` are read, checked and written. */
export const storageFormat: SectionFormat = {
  types: Object.fromEntries(storagePlugins.map(({ type, options }) => [type, options])),
  kinds: {
    'create-base-path': 'boolean',
    'create-subdirs': 'boolean',
    'max-protected-backups': 'integer',
    'saferemove-stepsize': 'integer',
    'skip-cert-verification': 'boolean',
    'snapshot-as-volume-chain': 'boolean',
    disable: 'boolean',
    fuse: 'boolean',
    krbd: 'boolean',
    mkdir: 'boolean',
    nocow: 'boolean',
    nowritecache: 'boolean',
    port: 'integer',
    priority: 'integer',
    saferemove: 'boolean',
    shared: 'boolean',
    sparse: 'boolean',
    tagged_only: 'boolean',
  },
  header: (type, id) =>
    /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(id) ? { type: type.toLowerCase(), id } : undefined,
  decode: decodeValue,
  complete(section) {
    if (!pluginOf(section).isMounted || section.options.path) return section
    return { ...section, options: { ...section.options, path: `/mnt/pve/${section.id}` } }
  },
}

/** pve-storage Storage/Plugin.pm: parse_config */
export function parseStorageConfig(text: string): StorageConfig {
  const { sections, broken } = parseSections(text, storageFormat)
  const completed = new Map([...sections].map(([id, section]) => [id, withDefaults(section)]))
  const local = completed.get('local')
  if (local?.type !== 'dir' || local.options.path !== '/var/lib/vz')
    completed.set('local', theLocal)
  else if (local.options.nodes !== undefined) {
    const { nodes: _, ...options } = local.options
    completed.set('local', { ...local, options })
  }
  return {
    config: { sections: completed, broken: broken.filter((id) => id !== 'local') },
    entries: new Map([...completed].map(([id, section]) => [id, storageEntry(section)])),
  }
}

/** The text of `storage.cfg` with these sections. */
export function formatStorageConfig(config: SectionConfig): string {
  return formatSections(config, storageFormat)
}

/** What a section means. */
export function storageEntry({ id, type, options }: Section): StorageEntry {
  const { allowed } = pluginOf({ type }).content
  const given = new Set(splitList(options.content ?? ''))
  const content = allowed.filter((kind) => given.has(kind))
  const nodes = splitList(options.nodes ?? '')
  return {
    id,
    type,
    options,
    content: new Set(content),
    shared: options.shared === '1',
    disabled: options.disable === '1',
    nodes: nodes.length > 0 ? new Set(nodes) : undefined,
  }
}

/** Every node has this directory: one that is missing or bent is put right. */
const theLocal: Section = {
  id: 'local',
  type: 'dir',
  options: {
    path: '/var/lib/vz',
    'prune-backups': 'keep-all=1',
    // Meant to put it first in the file, it is only shown.
    priority: '0',
    content: 'backup,images,iso,rootdir,snippets,vztmpl',
  },
}

function withDefaults(section: Section): Section {
  const { content, alwaysShared } = pluginOf(section)
  const options = {
    ...section.options,
    content: section.options.content ?? content.default.join(','),
    ...(alwaysShared && { shared: '1' }),
  }
  return { ...section, options }
}

/** pve-storage Storage/Plugin.pm: decode_value */
function decodeValue(value: string, { type, key }: SectionPlace): string | undefined {
  switch (key) {
    case 'content':
      return decodeContent(value, type)
    case 'format':
      return pluginFormats(type).has(value) ? value : undefined
    case 'nodes':
      return decodeNodes(value)
    case 'content-dirs':
      return decodeDirectories(value, type)
    case 'path':
      return type === 'dir' || type === 'btrfs' ? decodeDirectory(value) : value
    default:
      return value
  }
}

/** The original writes the kinds in the order of a hash, which is any; always the same one here. */
const contentOrder = [
  'backup',
  'images',
  'snippets',
  'vztmpl',
  'iso',
  'import',
  'rootdir',
  'none',
] as const

function decodeContent(value: string, type: string): string {
  const allowed: ReadonlySet<string> = new Set(pluginOf({ type }).content.allowed)
  const content = new Set(splitList(value).filter((kind) => allowed.has(kind)))
  if (content.has('none') && content.size > 1) {
    throw failed("unable to combine 'none' with other content types")
  }
  if (content.size === 0 && !allowed.has('none')) {
    throw failed("storage does not support content type 'none'")
  }
  return contentOrder.filter((kind) => content.has(kind)).join(',') || 'none'
}

/** Formats that the type has with any options. */
function pluginFormats(type: string): ReadonlySet<string> {
  const entry = storageEntry({ id: '', type, options: { 'snapshot-as-volume-chain': '1' } })
  return new Set(pluginOf({ type }).formats(entry).valid)
}

function decodeNodes(value: string): string {
  const nodes = new Set(splitList(value))
  for (const node of nodes) {
    if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(node)) {
      throw failed('value does not look like a valid node name')
    }
  }
  return [...nodes].join(',')
}

function decodeDirectories(value: string, type: string): string {
  const allowed: ReadonlySet<string> = new Set(pluginOf({ type }).content.allowed)
  const directories = new Map(
    splitList(value).flatMap((part) => {
      const [, kind, path] = /^([^=]*)=(.*)$/.exec(part) ?? []
      return kind !== undefined && allowed.has(kind) ? [[kind, path ?? ''] as const] : []
    }),
  )
  return [...directories]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, path]) => `${kind}=${path}`)
    .join(',')
}

/** pve-storage Storage/DirPlugin.pm: check_config */
function decodeDirectory(path: string): string {
  if (!/^\/[-/a-zA-Z0-9_.@]+$/.test(path)) {
    throw failed(`illegal path for directory storage: ${path}`)
  }
  // File::Spec canonpath: repeated slashes, single dots and the last slash go
  const canonical = path
    .replaceAll(/\/{2,}/g, '/')
    .replaceAll(/(?:\/\.)+(?=\/|$)/g, '')
    .replace(/^\/(?:\.\.\/)*\.\.$/, '/')
    .replace(/(?<=.)\/$/, '')
  return canonical === '' ? '/' : canonical
}
