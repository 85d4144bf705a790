import { extractTree } from '../apidoc/extract-tree.js'
import { type RawRecord, requireList, requireRecord, requireString } from '../apidoc/raw-value.js'

/** What the vendor writes about an operation, word for word. */
export interface OperationTexts {
  readonly description?: string
  /** What the result is. */
  readonly returns?: string
  /** Conditions on the caller that no expression tells. */
  readonly permissions?: string
  /** By name, such as `net[n]`; what a property string is made of follows after a dot: `net[n].bridge`. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** The vendor's texts by operation: `GET /nodes`. */
export type VendorTexts = Readonly<Record<string, OperationTexts>>

/** Reads the prose of the vendor's API description, which `parseApidoc` leaves out. Throws `ApidocError`. */
export function readVendorTexts(apidoc: string): VendorTexts {
  const roots = requireList(extractTree(apidoc), 'the API tree')
  return Object.fromEntries(roots.flatMap((root) => [...operationTexts(root)]))
}

function* operationTexts(rawNode: unknown): Generator<[string, OperationTexts]> {
  const node = requireRecord(rawNode, 'a node of the API tree')
  const path = requireString(node['path'], 'the path of a node of the API tree')
  for (const [verb, raw] of Object.entries(requireRecord(node['info'] ?? {}, path))) {
    yield [`${verb} ${path}`, textsOf(toRecord(raw))]
  }
  for (const child of requireList(node['children'] ?? [], path)) yield* operationTexts(child)
}

function textsOf(method: RawRecord): OperationTexts {
  const description = textOf(method['description'])
  const returns = textOf(toRecord(method['returns'])['description'])
  const permissions = textOf(toRecord(method['permissions'])['description'])
  const parameters = Object.fromEntries(memberTexts(toRecord(method['parameters']), ''))
  return {
    ...(description !== undefined && { description }),
    ...(returns !== undefined && { returns }),
    ...(permissions !== undefined && { permissions }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
  }
}

function* memberTexts(schema: RawRecord, prefix: string): Generator<[string, string]> {
  for (const part of listOf(schema['allOf'])) yield* memberTexts(part, prefix)
  for (const [name, raw] of Object.entries(toRecord(schema['properties']))) {
    const member = toRecord(raw)
    const described = [member, ...listOf(member['oneOf'])].find(({ description }) => description)
    const description = textOf(described?.['description'])
    if (description !== undefined) yield [`${prefix}${name}`, description]
    yield* memberTexts(propertyString(member['format']), `${prefix}${name}.`)
  }
}

/** As a format, the Rust products nest a whole schema, the Perl products the map of its properties. */
function propertyString(format: unknown): RawRecord {
  const record = toRecord(format)
  return typeof record['type'] === 'string' ? record : { properties: record }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

const listOf = (value: unknown): RawRecord[] => (Array.isArray(value) ? value.map(toRecord) : [])

const toRecord = (value: unknown): RawRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
