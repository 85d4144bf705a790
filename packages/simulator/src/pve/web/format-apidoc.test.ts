import { createDefinition, loadDefinition, type Method, parseApidoc } from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { formatApidoc } from './format-apidoc.js'

const id = { product: 'pve', version: '9.2' } as const

describe('apidoc.js', () => {
  const definition = loadDefinition(id)
  const text = formatApidoc(definition)

  test('is a script that assigns the tree', () => {
    expect(text.startsWith('const apiSchema = [\n')).toBe(true)
    expect(text.endsWith(']\n;\n')).toBe(true)
  })

  test('has every method again when it is read', () => {
    const read = createDefinition(id, parseApidoc(text, id))
    const different = [...definition.methods()].filter(
      (method) => factsOf(read.method(method.verb, method.path)) !== factsOf(method),
    )
    expect(different.map(({ verb, path }) => `${verb} ${path}`)).toEqual([])
    expect([...read.methods()].length).toBe([...definition.methods()].length)
  })

  test('writes indexed parameters as the vendor does', () => {
    expect(text).toContain('"net[n]": {')
    expect(text).not.toContain('"net0": {')
  })
})

/** All but the fingerprint of the vendor's words, which are not there. */
const factsOf = (method: Method | undefined): string =>
  JSON.stringify(sorted({ ...method, wording: undefined }))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
