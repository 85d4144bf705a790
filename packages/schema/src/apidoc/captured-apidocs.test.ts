import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Method, Product, Schema } from '../model.js'
import { extractTree } from './extract-tree.js'
import { readMethods } from './parse-apidoc.js'

const folder = new URL('../../../../../shared/apidoc/', import.meta.url)
const captured = existsSync(folder)
if (!captured) console.warn('skipped: the captured API descriptions are not present')

const capture = (file: string): string =>
  gunzipSync(readFileSync(new URL(`${file}.gz`, folder))).toString('utf8')

describe.skipIf(!captured)('the captured descriptions', () => {
  test.each<[string, Product, number, number]>([
    ['pve-9.2.js', 'pve', 675, 444],
    ['pve-9.1.js', 'pve', 646, 428],
    ['pve-8.4.js', 'pve', 605, 398],
    ['pve-7.4.js', 'pve', 540, 364],
    ['pbs-4.2.js', 'pbs', 367, 246],
    ['pbs-3.4.js', 'pbs', 348, 233],
    ['pmg-9.1.generated.js', 'pmg', 425, 273],
    ['pdm-1.1.json', 'pdm', 327, 253],
  ])('%s: is read whole', (file, product, methodCount, pathCount) => {
    const methods = readMethods(capture(file), product)
    expect(methods).toHaveLength(methodCount)
    expect(new Set(methods.map(({ path }) => path)).size).toBe(pathCount)
    expect(proseKeysIn(methods)).toEqual([])
  })

  test.each<[string, Product, NoFacts]>([
    ['pve-9.2.js', 'pve', { defaults: 42, enums: 1 }],
    ['pve-9.1.js', 'pve', { defaults: 43, enums: 1 }],
    ['pve-8.4.js', 'pve', { defaults: 43, enums: 1 }],
    ['pve-7.4.js', 'pve', { defaults: 42 }],
    ['pbs-4.2.js', 'pbs', {}],
    ['pbs-3.4.js', 'pbs', {}],
    ['pmg-9.1.generated.js', 'pmg', { patterns: 4 }],
    ['pdm-1.1.json', 'pdm', { defaults: 1 }],
  ])('%s: no fact is lost', (file, product, { defaults = 0, enums = 0, patterns = 0 }) => {
    const text = capture(file)
    const ours = countFacts(readMethods(text, product))
    const raw = countRawFacts(extractTree(text))
    const { propertyString = 0 } = ours
    const isPerl = product === 'pve' || product === 'pmg'
    const expected = {
      ...raw,
      // A schema as `format` is kept apart from the names of formats; in Perl it is a map of properties, without type.
      propertyString,
      format: (raw.format ?? 0) - propertyString,
      type: (raw.type ?? 0) + (isPerl ? propertyString : 0),
      default: (raw.default ?? 0) - defaults,
      dynamicDefault: defaults,
      enum: (raw.enum ?? 0) - enums,
      pattern: (raw.pattern ?? 0) - patterns,
    }
    expect(present(ours)).toEqual(present(expected))
  })
})

/** How many of the dump's keywords are there and yet tell nothing. */
interface NoFacts {
  /** Prose or null. */
  readonly defaults?: number
  /** Null, which allows everything. */
  readonly enums?: number
  /** Empty. */
  readonly patterns?: number
}

const present = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))

const prose = new Set(['description', 'verbose_description', 'title', 'format_description'])

/** Prose can only stand beside other keywords, not among the names of properties. */
function proseKeysIn(value: unknown, key?: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(prose.has(name) && key !== 'properties' ? [name] : []),
    ...proseKeysIn(inner, name),
  ])
}

const factKeywords = [
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'renderer',
  'requires',
  'alias',
  'keyAlias',
  'format',
  'instanceTypes',
  'typeProperty',
  'optional',
  'type',
  'links',
  'oneOf',
  'default',
] as const

function countFacts(methods: readonly Method[]): Record<string, number> {
  const counts: Record<string, number> = {}
  const visit = (schema: Schema): void => {
    for (const keyword of [...factKeywords, 'propertyString', 'dynamicDefault'] as const) {
      if (schema[keyword] !== undefined) counts[keyword] = (counts[keyword] ?? 0) + 1
    }
    const { additionalProperties, items, propertyString, typeSchema, typeShape } = schema
    for (const inner of [additionalProperties, items, propertyString, typeSchema, typeShape]) {
      if (typeof inner === 'object') visit(inner)
    }
    const { properties = {}, oneOf = [], allOf = [] } = schema
    for (const inner of [...Object.values(properties), ...oneOf, ...allOf]) visit(inner)
  }
  for (const { parameters, returns } of methods) {
    visit(parameters)
    visit(returns)
  }
  return counts
}

const rawNames: Readonly<Record<string, string>> = {
  instanceTypes: 'instance-types',
  typeProperty: 'type-property',
}

function countRawFacts(nodes: unknown): Record<string, number> {
  const counts: Record<string, number> = {}
  const visitAll = (map: unknown): void => Object.values(record(map)).forEach(visit)
  const visit = (value: unknown): void => {
    const schema = record(value)
    for (const keyword of factKeywords) {
      const value = schema[rawNames[keyword] ?? keyword] ?? schema[keyword]
      // Only a true flag is a fact.
      const isFact = keyword === 'optional' ? Boolean(Number(value)) : value !== undefined
      if (isFact) counts[keyword] = (counts[keyword] ?? 0) + 1
    }
    for (const keyword of ['additionalProperties', 'items', 'typeSchema', 'type']) {
      if (typeof schema[keyword] === 'object') visit(schema[keyword])
    }
    for (const keyword of ['properties', 'oneOf', 'allOf']) visitAll(schema[keyword])
    const format = record(schema['format'])
    // The Rust products nest a whole schema, the Perl products the map of its properties.
    if (typeof format['type'] === 'string') visit(format)
    else visitAll(format)
  }
  const walk = (value: unknown): void => {
    const { info, children } = record(value)
    for (const method of Object.values(record(info))) {
      visit(record(method)['parameters'])
      visit(record(method)['returns'])
    }
    Object.values(record(children)).forEach(walk)
  }
  Object.values(record(nodes)).forEach(walk)
  return counts
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
