import { expect, test } from 'vitest'
import { DefinitionFileError, formatDefinition, type Method, parseDefinition } from './index.js'

const id = { product: 'pve', version: '9.2' } as const
const header = '{"product":"pve","version":"9.2","schema":1}\n'

test('formatDefinition: prints a header and a line per method, its keys in order', () => {
  const method: Method = {
    verb: 'PUT',
    path: '/a/{b}',
    returns: { type: 'string', optional: true },
    parameters: { properties: { c: { type: 'string', enum: ['z', 'a'] }, b: {} } },
  }
  expect(formatDefinition(id, [method])).toBe(
    `${header}["PUT","/a/{b}",{"parameters":{"properties":{"b":{},"c":{"enum":["z","a"],"type":"string"}}},` +
      `"returns":{"optional":true,"type":"string"}}]\n`,
  )
})

test('parseDefinition: reads what formatDefinition printed', () => {
  const method: Method = {
    verb: 'GET',
    path: '/a',
    name: 'index',
    parameters: {},
    returns: { type: 'null' },
  }
  const definition = parseDefinition(formatDefinition(id, [method]))
  expect(definition.id).toEqual(id)
  expect([...definition.methods()]).toEqual([method])
})

test('parseDefinition: a last line needs no newline', () => {
  const definition = parseDefinition(`${header}["GET","/a",{"parameters":{},"returns":{}}]`)
  expect(definition.method('GET', '/a')).toEqual({
    verb: 'GET',
    path: '/a',
    parameters: {},
    returns: {},
  })
})

test('parseDefinition: reads a method only when it is asked for', () => {
  const definition = parseDefinition(
    `${header}["GET","/a",{broken]\n["PUT","/b",{"parameters":{},"returns":{}}]\n`,
  )
  expect(definition.method('PUT', '/b')?.path).toBe('/b')
  expect(() => definition.method('GET', '/a')).toThrow(
    new DefinitionFileError(2, 'expected JSON', '["GET","/a",{broken]'),
  )
})

test.each([
  [
    'another format',
    '{"product":"pve","version":"9.2","schema":2}\n',
    'expected a header of schema 1',
  ],
  ['another product', '{"product":"xyz","version":"1","schema":1}\n', 'expected a header'],
  ['no header', '["GET","/a",{}]\n', 'expected a header of schema 1'],
  [
    'another line',
    `${header}{"verb":"GET"}\n`,
    'expected [verb, path, facts], found {"verb":"GET"} (line 2)',
  ],
  ['nothing', '', 'expected JSON, found nothing (line 1)'],
  ['a text', 'damaged', 'expected JSON, found damaged (line 1)'],
  ['a strange verb', `${header}["HEAD","/a",{}]\n`, 'expected [verb, path, facts]'],
])('parseDefinition: refuses %s', (_, text, message) => {
  expect(() => parseDefinition(text)).toThrow(message)
})

test.each(['1', 'null', '{}', '{"parameters":{}}', '{"parameters":[],"returns":{}}'])(
  'parseDefinition: refuses the facts %s when they are asked for',
  (facts) => {
    const definition = parseDefinition(`${header}["GET","/a",${facts}]\n`)
    expect(() => [...definition.methods()]).toThrow(
      /^the API definition is damaged: expected facts with parameters and returns, found .* \(line 2\)$/,
    )
  },
)
