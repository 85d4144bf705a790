import * as fc from 'fast-check'
import {
  explainPermission,
  formatPropertyString,
  listDefinitions,
  loadDefinition,
  namedShape,
  parsePropertyString,
  PropertyStringError,
  type Schema,
  verifyParameters,
} from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { callsOf } from './calls.js'
import { valueOf } from './values.js'

const seed = Number(process.env.FUZZ_SEED ?? 1)

describe.each(listDefinitions())(`operations of $product $version, seed ${seed}`, (id) => {
  const definition = loadDefinition(id)
  const methods = [...definition.methods()]

  test('answers hold: what is taken is taken again as it is, what is refused is told by name', () => {
    let accepted = 0
    let refused = 0
    fc.assert(
      fc.property(callsOf(definition), ({ method, parameters, params }) => {
        const verification = verifyParameters(parameters, params)
        if (verification.ok) {
          accepted += 1
          expect(verifyParameters(parameters, verification.params)).toEqual(verification)
          return
        }
        refused += 1
        const paths = Object.keys(verification.errors)
        expect(paths).not.toEqual([])
        expect(Object.values(verification.errors).every((message) => message !== '')).toBe(true)
        explainPermission(method, params)
      }),
      { numRuns: 4000, seed },
    )
    console.log(`${id.product} ${id.version}, seed ${seed}: ${accepted} taken, ${refused} refused`)
    expect(accepted).toBeGreaterThan(200)
    expect(refused).toBeGreaterThan(200)
  })

  test('property strings that are taken can be read, written and read again', () => {
    const strings = methods.flatMap(({ parameters }) =>
      Object.values(parameters.properties ?? {}).flatMap((schema) => {
        const shape = schema.propertyString ?? namedShape(schema.format ?? '')
        return shape?.properties ? [{ schema, shape }] : []
      }),
    )
    if (strings.length === 0) return
    let written = 0
    const texts = fc
      .constantFrom(...strings)
      .chain(({ schema, shape }) => valueOf(schema).map((text) => ({ schema, shape, text })))
    fc.assert(
      fc.property(texts, ({ schema, shape, text }) => {
        const rules: Schema = { properties: { a: schema } }
        if (typeof text !== 'string' || !verifyParameters(rules, { a: text }).ok) return
        const values = readOrRefused(shape, text)
        if (!values || hasSize(shape, values)) return
        const again = formatPropertyString(shape, values)
        expect(parsePropertyString(shape, again)).toEqual(values)
        written += 1
      }),
      { numRuns: 4000, seed },
    )
    expect(written).toBeGreaterThan(100)
  })
})

/** The original checks a few formats by code, which takes more than their shape tells. */
function readOrRefused(shape: Schema, text: string): Record<string, string> | undefined {
  try {
    return parsePropertyString(shape, text)
  } catch (error) {
    if (error instanceof PropertyStringError) return undefined
    throw error
  }
}

/** Sizes are read as text and written from bytes. */
const hasSize = ({ properties = {} }: Schema, values: Readonly<Record<string, string>>): boolean =>
  Object.keys(values).some((key) => properties[key]?.format === 'disk-size')
