import { loadDefinition, type Schema } from '@proxkit/schema'
import type { ConfigTree } from '../../engine/config-tree.js'
import { failed } from '../../engine/fault.js'
import { isTrue } from '../config-text.js'
import { decodeText, encodeText } from '../encoded-text.js'
import { formatProperties, parseBoolean, readProperties } from '../guest/property-string.js'

/** The keys of an option that is a property string; flags are numbers. */
export type OptionKeys = Readonly<Record<string, string | number | readonly string[]>>

/** An option as the product holds it. */
export type DatacenterValue = string | number | readonly string[] | OptionKeys

export type DatacenterConfig = Readonly<Record<string, DatacenterValue>>

const path = 'datacenter.cfg'
const vendorPrefix = 'BC:24:11'

/** The present options of the datacenter; read anew only when the file has changed. */
export function readDatacenterConfig(config: ConfigTree): DatacenterConfig {
  return config.parse(path, parseDatacenterConfig)
}

/** Changes the options. Throws the vendor's text for those that contradict each other. */
export function writeDatacenterConfig(config: ConfigTree, options: DatacenterConfig): void {
  config.write(path, formatDatacenterConfig(options))
}

/** The keys of an option; none when it is not set. */
export function optionKeys(options: DatacenterConfig, name: string): OptionKeys {
  const value = options[name]
  return isKeys(value) ? value : {}
}

/** Options that are read into their keys; the others stay text. */
const parsed = [
  'crs',
  'migration',
  'replication',
  'next-id',
  'ha',
  'notify',
  'u2f',
  'webauthn',
  'tag-style',
  'user-tag-access',
]

/** pve-cluster DataCenterConfig.pm: parse_datacenter_config */
function parseDatacenterConfig(text: string): DatacenterConfig {
  const options: Record<string, DatacenterValue> = {}
  for (const [, key = '', value = ''] of text.matchAll(/^\s*([^#\s]\S*?):\s*(.*?)\s*$/gm)) {
    options[key] = readValue(key, value)
  }
  const comment = text.matchAll(/^#(.*)$/gm)
  options.description = Array.from(comment, ([, line = '']) => `${decodeText(line)}\n`).join('')
  options.mac_prefix ??= vendorPrefix
  if (options.crs === '') delete options.crs
  for (const key of parsed) {
    const value = options[key]
    if (typeof value === 'string' && isTrue(value)) options[key] = keysOf(key, value)
  }
  const access = options['user-tag-access']
  if (isKeys(access) && typeof access['user-allow-list'] === 'string') {
    options['user-tag-access'] = {
      ...access,
      'user-allow-list': access['user-allow-list'].split(';'),
    }
  }
  const tags = options['registered-tags']
  if (typeof tags === 'string' && isTrue(tags)) options['registered-tags'] = tags.split(';')
  const migration = optionKeys(options, 'migration')
  if (options.migration_unsecure !== undefined && migration.type === undefined) {
    const type = options.migration_unsecure === 1 ? 'insecure' : 'secure'
    options.migration = { ...migration, type }
  }
  if (options.console === 'applet') options.console = 'html5'
  return options
}

/** pve-cluster DataCenterConfig.pm: write_datacenter_config */
function formatDatacenterConfig(options: DatacenterConfig): string {
  const { description, ...changed }: Record<string, DatacenterValue> = { ...options }
  if (changed.migration_unsecure !== undefined && changed.migration === undefined) {
    changed.migration = {
      type:
        changed.migration_unsecure === 1 || changed.migration_unsecure === '1'
          ? 'insecure'
          : 'secure',
    }
    delete changed.migration_unsecure
  }
  if (changed.console === 'applet') changed.console = 'html5'
  const { mac_prefix: prefix } = changed
  if (typeof prefix === 'string' && prefix.toUpperCase() === vendorPrefix) delete changed.mac_prefix
  if (changed.crs === '') delete changed.crs
  if (changed['next-id'] !== undefined) changed['next-id'] = requireIdRange(changed['next-id'])

  const comment = typeof description === 'string' && isTrue(description) ? description : ''
  const lines = comment.replace(/\n+$/, '').split('\n')
  const head = comment === '' ? '' : lines.map((line) => `#${encodeText(line)}\n`).join('')
  const body = Object.entries(changed)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${formatValue(key, value)}\n`)
  return `${head}\n${body.join('')}`
}

function requireIdRange(value: DatacenterValue): DatacenterValue {
  const range = typeof value === 'string' ? keysOf('next-id', value) : value
  const { lower = 100, upper = 1_000_000 } = isKeys(range) ? range : {}
  if (Number(lower) > Number(upper)) {
    throw failed(`lower (${Number(lower)}) <= upper (${Number(upper)}) boundary rule broken`)
  }
  return range
}

function readValue(key: string, value: string): DatacenterValue {
  if (shapes().get(key)?.type !== 'boolean') return value
  const flag = parseBoolean(value)
  return flag === undefined ? value : Number(flag)
}

/** The keys of a property string, flags as numbers. */
function keysOf(key: string, text: string): OptionKeys {
  const shape = shapes().get(key)?.propertyString ?? {}
  return Object.fromEntries(
    Object.entries(readProperties(text, shape)).map(([name, value]) => [
      name,
      shape.properties?.[name]?.type === 'boolean' ? Number(value) : value,
    ]),
  )
}

function formatValue(key: string, value: DatacenterValue): string {
  if (!isKeys(value)) return formatPart(value)
  const texts = Object.entries(value).map(([name, part]) => [name, formatPart(part)])
  return formatProperties(Object.fromEntries(texts), shapes().get(key)?.propertyString ?? {})
}

function formatPart(part: string | number | readonly string[]): string {
  return typeof part === 'object' ? part.toSorted().join(';') : String(part)
}

function isKeys(value: DatacenterValue | undefined): value is OptionKeys {
  return typeof value === 'object' && !Array.isArray(value)
}

let knownShapes: ReadonlyMap<string, Schema> | undefined

/** The options by name, as the call that sets them describes them. */
function shapes(): ReadonlyMap<string, Schema> {
  if (!knownShapes) {
    const definition = loadDefinition({ product: 'pve', version: '9.2' })
    const method = definition.method('PUT', '/cluster/options')
    knownShapes = new Map(Object.entries(method?.parameters.properties ?? {}))
  }
  return knownShapes
}
