import { expect, test } from 'vitest'
import { createDefinition } from '../index.js'
import type { Method, Schema } from '../model.js'
import { emitOperations } from './emit-operations.js'

const emit = (path: string, parameters: Schema): string => {
  const method: Method = { verb: 'PUT', path, parameters, returns: {} }
  const text = emitOperations(createDefinition({ product: 'pve', version: '9.2' }, [method]))
  return text.slice(text.indexOf("  'PUT"), text.lastIndexOf('\n}'))
}

const list: Schema = { type: 'array', items: { type: 'string' } }

test.each<[string, Schema, string[]]>([
  ['no parameters', {}, ["  'PUT /a/{id}': Record<string, never>"]],
  ['a required one', { properties: { a: { type: 'integer' } } }, ['    a: string']],
  ['an optional one', { properties: { a: { optional: true } } }, ['    a?: string']],
  ['one of a group', { properties: { a: { group: 'g' } } }, ['    a?: string']],
  ['one in the path', { properties: { id: { optional: true } } }, ['    id: string']],
  ['a list', { properties: { a: list } }, ['    a: readonly string[]']],
  [
    'variants that may be absent',
    { properties: { a: { oneOf: [{ ...list, optional: true }] } } },
    ['    a?: readonly string[]'],
  ],
  ['a name that needs quotes', { properties: { 'a-b': {} } }, ["    'a-b': string"]],
  [
    'indexed ones',
    { properties: { 'net[n]': { optional: true, maxIndex: 31 } } },
    ['    [name: `net${number}`]: string'],
  ],
  ['any others', { additionalProperties: true }, ['    [name: string]: string | undefined']],
])('emitOperations: %s', (_, parameters, members) => {
  const want = members[0]?.startsWith("  '") ? members : ["  'PUT /a/{id}': {", ...members, '  }']
  expect(emit('/a/{id}', parameters)).toBe(want.join('\n'))
})
