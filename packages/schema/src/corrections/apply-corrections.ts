import type { DefinitionId, Method, Product, Schema } from '../model.js'
import type { Corrections } from './corrections.js'
import { pbs } from './pbs.js'
import { pdm } from './pdm.js'
import { pmg } from './pmg.js'
import { pve } from './pve.js'

const corrections: Readonly<Record<Product, Corrections>> = { pve, pbs, pmg, pdm }

/** Adds to the methods of a dump what it leaves out, and puts right what it gets wrong. */
export function applyCorrections(id: DefinitionId, methods: readonly Method[]): Method[] {
  const { missing = [] } = corrections[id.product]
  const known = new Set(methods.map(nameOf))
  return [...methods, ...missing.filter((method) => !known.has(nameOf(method)))].map((method) =>
    correct(method, corrections[id.product]),
  )
}

const nameOf = ({ verb, path }: Method): string => `${verb} ${path}`

function correct(
  method: Method,
  { tasks, indexRanges, results, members, hostDefaults, unlisted }: Corrections,
): Method {
  const name = nameOf(method)
  const highest = indexRanges?.find(({ under }) => isBelow(method.path, under))?.highest ?? {}
  const { properties = {}, additionalProperties } = method.parameters
  const listed =
    additionalProperties === false && !unlisted?.has(name)
      ? { ...method.parameters, properties }
      : method.parameters
  const parameters = mapProperties(listed, (schema, key) => {
    const ranged = addRange(schema, { key, highest })
    return hostDefaults?.has(key) ? withoutDefault(ranged) : ranged
  })
  const declared = declareResult(method.returns, results?.[name])
  const returns = mapProperties(declared, (schema, key) =>
    addRange(members?.[name]?.[key] ?? schema, { key, highest }),
  )
  return {
    ...method,
    parameters,
    returns: markUpids(tasks?.has(name) ? markTask(returns) : returns),
  }
}

const isBelow = (path: string, under: string): boolean =>
  path === under || path.startsWith(`${under}/`)

function mapProperties(schema: Schema, map: (schema: Schema, key: string) => Schema): Schema {
  if (!schema.properties) return schema
  const entries = Object.entries(schema.properties).map(([key, value]) => [key, map(value, key)])
  return { ...schema, properties: Object.fromEntries(entries) }
}

function addRange(
  schema: Schema,
  { key, highest }: { readonly key: string; readonly highest: Readonly<Record<string, number>> },
): Schema {
  const maxIndex = key.endsWith('[n]') ? highest[key.slice(0, -'[n]'.length)] : undefined
  return maxIndex === undefined ? schema : { ...schema, maxIndex }
}

function withoutDefault(schema: Schema): Schema {
  const { default: ofTheHost, ...rest } = schema
  return ofTheHost === undefined ? schema : { ...rest, dynamicDefault: true }
}

/** Takes what is known of a result where the dump declares no member of it. */
function declareResult(schema: Schema, known: Schema | undefined): Schema {
  if (!isLoose(schema) || (schema.items && !isLoose(schema.items))) return schema
  if (known) return { ...schema, ...known }
  const member = /^\{([\w-]+)\}$/.exec(schema.links?.[0]?.href ?? '')?.[1]
  if (!schema.items || member === undefined || !textMembers.has(member)) return schema
  // pve-manager PVE/CLI/pvesh.pm: list_dir fills the link in from the members of each entry
  const items: Schema = { ...schema.items, properties: { [member]: { type: 'string' } } }
  // An index has no more than that, other lists do.
  return {
    ...schema,
    items: listMembers.has(member) ? { ...items, additionalProperties: true } : items,
  }
}

const listMembers: ReadonlySet<string> = new Set(['iface', 'node', 'queue_id', 'service', 'type'])
const textMembers: ReadonlySet<string> = new Set([
  ...listMembers,
  'cmd',
  'id',
  'name',
  'subdir',
  'subnet',
])

const isLoose = ({ type = 'object', properties = {} }: Schema): boolean =>
  (type === 'object' || type === 'array') && Object.keys(properties).length === 0

/** An older version may not start a task yet where a newer one does; its result is not a text then. */
const markTask = (schema: Schema): Schema =>
  schema.type === 'string' ? { ...schema, upid: true } : schema

/** Marks what is a task's identifier by its name or its pattern, at any depth of a result. */
function markUpids(schema: Schema, name?: string): Schema {
  const isUpid =
    schema.type === 'string' && (name === 'upid' || schema.pattern?.includes('UPID:') === true)
  const marked = isUpid ? { ...schema, upid: true } : schema
  return mapProperties(
    marked.items ? { ...marked, items: markUpids(marked.items) } : marked,
    markUpids,
  )
}
