import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ApidocError,
  createDefinition,
  decodeJson,
  explainPermission,
  formatDefinition,
  formatDiskSize,
  formatPropertyString,
  listDefinitions,
  loadDefinition,
  parseApidoc,
  parseDefinition,
  parseDiskSize,
  parsePropertyString,
  PropertyStringError,
  type Schema,
  splitList,
  validate,
} from '../src/index.js'
import { matchingTexts } from './patterns/matching-texts.js'

const PVE = loadDefinition({ product: 'pve', version: '9.2' })

/** Every property string of a parameter in any definition, once each. */
const PROPERTY_STRINGS = [
  ...new Map(
    listDefinitions()
      .flatMap((id) => [...loadDefinition(id).methods()])
      .flatMap(({ parameters }) => propertyStringsOf(parameters))
      .map((shape) => [JSON.stringify(shape), shape] as const),
  ).values(),
]

describe('there and back', () => {
  test('disk sizes', () => {
    const bytes = fc.nat({ max: Number.MAX_SAFE_INTEGER })
    fc.assert(fc.property(bytes, (size) => parseDiskSize(formatDiskSize(size)) === size))
    const text = fc.tuple(fc.nat(), fc.constantFrom('', 'K', 'M', 'G', 'T'))
    fc.assert(
      fc.property(text, ([size, unit]) => {
        const parsed = parseDiskSize(`${size}${unit}`)
        expect(parsed && parseDiskSize(formatDiskSize(parsed))).toBe(parsed)
      }),
    )
  })

  test('JSON, byte by byte', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        // Integers beyond what a double holds become text.
        fc.pre(!/\d{16}/.test(text))
        const decoded = decodeJson(Buffer.from(text).toString('latin1'))
        expect('value' in decoded && JSON.stringify(decoded.value)).toBe(text)
      }),
    )
  })

  test('lists', () => {
    const items = fc.array(fc.stringMatching(/^[^\s,;\0\u0085]+$/), { minLength: 1 })
    fc.assert(
      fc.property(items, fc.constantFrom(',', ';', ' ', ', '), (parts, separator) => {
        expect(splitList(parts.join(separator))).toEqual(parts)
      }),
    )
  })

  test('definitions, whichever of their methods there are', () => {
    const methods = [...PVE.methods()]
    fc.assert(
      fc.property(fc.subarray(methods, { maxLength: 8 }), (some) => {
        const text = formatDefinition(PVE.id, createDefinition(PVE.id, some).methods())
        const read = parseDefinition(text)
        expect([...read.methods()]).toEqual(some)
        expect(formatDefinition(read.id, read.methods())).toBe(text)
      }),
    )
  })

  test('there are many property strings', () => {
    expect(PROPERTY_STRINGS.length).toBeGreaterThan(60)
  })

  test.each(PROPERTY_STRINGS.map((shape, index) => [index, shape] as const))(
    'property string %i: what is written is read again',
    (_, shape) => {
      fc.assert(
        fc.property(valuesOf(shape), (values) => {
          const text = writtenOrRefused(shape, values)
          if (text !== undefined) expect(parsePropertyString(shape, text)).toEqual(values)
        }),
      )
    },
  )
})

describe('on any input', () => {
  const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))

  test('a path finds a method or nothing', () => {
    const parts = fc.constantFrom(
      'nodes',
      'qemu',
      'access',
      '100',
      '..',
      '%',
      '\n',
      '__proto__',
      '',
    )
    const path = fc.oneof(
      texts,
      fc.array(parts).map((some) => some.join('/')),
    )
    fc.assert(
      fc.property(path, (text) => {
        const found = PVE.find('GET', text)
        return found === undefined || PVE.knows(text)
      }),
    )
  })

  test('a damaged description is refused with an error of its own', () => {
    const source =
      'const apiSchema = [{"path":"/a","text":"a","leaf":1,"info":{"GET":{"method":"GET"}}}];'
    const damage = fc.tuple(fc.nat(source.length), fc.nat(5), texts)
    fc.assert(
      fc.property(fc.oneof(texts, damage), (given) => {
        const text =
          typeof given === 'string'
            ? given
            : source.slice(0, given[0]) + given[2] + source.slice(given[0] + given[1])
        try {
          parseApidoc(text, PVE.id)
          return true
        } catch (error) {
          return error instanceof ApidocError
        }
      }),
    )
  })

  test('permissions are explained', () => {
    const methods = fc.constantFrom(...PVE.methods())
    const params = fc.dictionary(fc.constantFrom('vmid', 'userid', 'groups', 'path'), fc.anything())
    fc.assert(
      fc.property(methods, params, (method, given) => {
        expect(explainPermission(method, given).text).not.toBe('')
      }),
    )
  })
})

function propertyStringsOf(schema: Schema): Schema[] {
  const inner = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
    ...(schema.oneOf ?? []),
  ].flatMap(propertyStringsOf)
  const own = schema.propertyString
  return own?.properties && !hasSize(own) ? [own, ...inner] : inner
}

/** Sizes are written from bytes, and read with their unit. */
function hasSize({ properties = {} }: Schema): boolean {
  return Object.values(properties).some(({ format }) => format === 'disk-size')
}

const PLAIN_TEXTS = [
  '0',
  '1',
  '5',
  'a1',
  'x=y',
  'local:100/vm.raw',
  '10.0.0.1',
  'BC:24:11:00:00:01',
]

/** Values of the keys that are no aliases. */
function valuesOf({
  properties = {},
  defaultKey,
}: Schema): fc.Arbitrary<Partial<Record<string, string>>> {
  const known = Object.entries(properties).flatMap(([key, schema]) => {
    const all = schema.alias === undefined ? textsOf(schema) : []
    // Written without its key, a value with an equals sign would look like another key.
    const texts = key === defaultKey ? all.filter((text) => !text.includes('=')) : all
    return texts.length === 0 ? [] : [[key, fc.constantFrom(...texts)] as const]
  })
  return fc.record(Object.fromEntries(known), { requiredKeys: [] })
}

function textsOf(schema: Schema): string[] {
  const { enum: values = [], pattern, minimum, maximum } = schema
  const bounds = [minimum, maximum].flatMap((bound) => (bound === undefined ? [] : [String(bound)]))
  const texts = [
    ...values,
    ...bounds,
    ...(pattern === undefined ? [] : matchingTexts(pattern)),
    ...PLAIN_TEXTS,
  ]
  return texts.filter((text) => isWhole(text) && validate(schema, text).ok)
}

/** Whether a text is one part of a property string. */
function isWhole(text: string): boolean {
  return /^[^,\n]+$/.test(text) && !/^\s+$/.test(text)
}

function writtenOrRefused(
  shape: Schema,
  values: Readonly<Partial<Record<string, string>>>,
): string | undefined {
  try {
    return formatPropertyString(shape, values)
  } catch (error) {
    if (error instanceof PropertyStringError) return undefined
    throw error
  }
}
