import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Method, Product, Schema } from '../model.js'
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

  test('pve-9.2.js: no fact is lost', () => {
    const text = capture('pve-9.2.js')
    const raw = countRawFacts(
      JSON.parse(text.slice(text.indexOf('['), text.lastIndexOf(']\n;') + 1)),
    )
    const ours = countFacts(readMethods(text, 'pve'))
    const propertyStrings = ours.propertyString ?? 0
    expect(ours).toEqual({
      ...raw,
      // A map of properties as `format` becomes a whole schema.
      format: (raw.format ?? 0) - propertyStrings,
      propertyString: propertyStrings,
      type: (raw.type ?? 0) + propertyStrings,
      // 38 defaults are prose, four are null.
      default: (raw.default ?? 0) - 42,
      dynamicDefault: 42,
      // One enumeration is null, which allows everything.
      enum: (raw.enum ?? 0) - 1,
    })
  })
})

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
    const { additionalProperties, items, propertyString, properties = {}, oneOf = [] } = schema
    for (const inner of [additionalProperties, items, propertyString]) {
      if (typeof inner === 'object') visit(inner)
    }
    for (const inner of [...Object.values(properties), ...oneOf]) visit(inner)
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
      const name = rawNames[keyword] ?? keyword
      // Only a true flag is a fact.
      const isFact = keyword === 'optional' ? Boolean(Number(schema[name])) : name in schema
      if (isFact) counts[keyword] = (counts[keyword] ?? 0) + 1
    }
    for (const keyword of ['additionalProperties', 'items']) {
      if (typeof schema[keyword] === 'object') visit(schema[keyword])
    }
    visitAll(schema['properties'])
    visitAll(schema['oneOf'])
    visitAll(schema['format'])
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
