import { describe, expect, test } from 'vitest'
import { ApidocError, type DefinitionId, parseApidoc } from '../index.js'
import type { Method, Product } from '../model.js'
import { readMethods } from './parse-apidoc.js'

const pve: DefinitionId = { product: 'pve', version: '9.2' }
const apidoc = (...nodes: unknown[]): string =>
  `const apiSchema = ${JSON.stringify(nodes)}\n;\nfoo()`
const node = (method: Record<string, unknown>): unknown => ({
  path: '/x',
  info: { GET: { parameters: { properties: {} }, returns: { type: 'null' }, ...method } },
})
const parseOne = (method: Record<string, unknown>, product: Product = 'pve'): Method | undefined =>
  readMethods(apidoc(node(method)), product)[0]

describe('parseApidoc', () => {
  test('flattens the tree, sorted by path and verb', () => {
    const leaf = { parameters: {}, returns: {} }
    const text = apidoc(
      {
        path: '/b',
        info: { PUT: leaf, GET: leaf },
        children: [{ path: '/b/a', info: { POST: leaf } }],
      },
      { path: '/a', children: [{ path: '/a/c', info: { DELETE: leaf } }] },
    )
    expect(
      parseApidoc(text, { product: 'pbs', version: '4.2' }).map(({ verb, path }) => [verb, path]),
    ).toEqual([
      ['DELETE', '/a/c'],
      ['GET', '/b'],
      ['PUT', '/b'],
      ['POST', '/b/a'],
    ])
  })

  test('keeps the facts of a method and none of its prose', () => {
    expect(
      parseOne({
        method: 'GET',
        name: 'index',
        description: 'prose',
        protected: 1,
        proxyto: 'node',
        allowtoken: 0,
        download_allowed: 1,
        expose_credentials: 1,
        permissions: { user: 'all', description: 'prose' },
        parameters: {
          additionalProperties: 0,
          properties: { node: { type: 'string', description: 'prose', optional: 1 } },
        },
        returns: { type: 'string', title: 'prose', verbose_description: 'prose' },
      }),
    ).toEqual({
      verb: 'GET',
      path: '/x',
      name: 'index',
      protected: true,
      proxyto: 'node',
      wording: 'dc26c1c8',
      allowtoken: false,
      downloadAllowed: true,
      exposeCredentials: true,
      permissions: { user: 'all', proseConditions: true },
      parameters: {
        additionalProperties: false,
        properties: { node: { type: 'string', optional: true } },
      },
      returns: { type: 'string' },
    })
  })

  test('takes an undefined proxyto, a falsy flag and the usual allowtoken for absent', () => {
    expect(parseOne({ proxyto: null, protected: 0, allowtoken: 1, unstable: false })).toEqual({
      verb: 'GET',
      path: '/x',
      parameters: { properties: {} },
      returns: { type: 'null' },
    })
  })

  test('knows the streams of the Rust products by their method', () => {
    expect(parseOne({ method: 'DOWNLOAD' }, 'pbs')?.kind).toBe('download')
    expect(parseOne({ method: 'UPLOAD' }, 'pbs')?.kind).toBe('upload')
    expect(parseOne({ method: 'GET' }, 'pbs')).not.toHaveProperty('kind')
  })

  test.each([
    'var apiSchema = [\n];\n/*global apiSchema*/',
    'const apiSchema = []',
    'var pveapi = [];',
    '[]',
    '\n []\n',
  ])('finds the tree in %j', (text) => {
    expect(parseApidoc(text, { product: 'pbs', version: '4.2' })).toEqual([])
  })

  test.each([
    ['nothing', '', 'no API tree found: expected `apiSchema = [` or a JSON array', 1, 1],
    ['a page of HTML', '<html></html>', 'no API tree found', 1, 1],
    [
      'a missing comma',
      'x\nconst apiSchema = [\n  {"path": "/a"}\n  {"path": "/b"}]',
      'expected "," or "]", found "{',
      4,
      3,
    ],
    [
      'a truncated list',
      'const apiSchema = [{"path": "/a"',
      'expected "," or "}", found the end',
      1,
      33,
    ],
    ['a truncated text', 'const apiSchema = [{"path": "/a', 'expected a value, found', 1, 29],
    ['a trailing comma', '[1,]', 'expected a value, found "]"', 1, 4],
    ['a bare name', '[{path: 1}]', 'expected a quoted name, found "path', 1, 3],
    ['a missing colon', '[{"path" 1}]', 'expected ":", found " 1}]"', 1, 9],
    ['the wrong bracket', '[{"a": 1]', 'expected "," or "}", found "]"', 1, 9],
    ['code instead of a value', '[alert(1)]', 'expected a value, found "alert', 1, 2],
    ['a wrong escape', String.raw`["\x"]`, 'expected a value', 1, 2],
    ['a number with a leading zero', '[01]', 'expected "," or "]", found "1]"', 1, 3],
  ])('refuses %s, telling where', (_, text, message, line, column) => {
    const error = errorOf(() => parseApidoc(text, pve))
    expect(error.message).toContain(message)
    expect(error.position).toEqual({ line, column })
    expect(error.message).toContain(`(line ${line}, column ${column})`)
  })

  test.each([
    [
      'a node without a path',
      apidoc({ text: 'a' }),
      'expected a text for the path of a node of the API tree, found undefined',
    ],
    ['a node that is none', apidoc(1), 'expected an object for a node of the API tree, found 1'],
    [
      'a schema that is none',
      apidoc(node({ returns: { type: 'array', items: [], pattern: '[[:nope:]]' } })),
      'cannot read a schema of GET /x',
    ],
    ['a strange verb', apidoc({ path: '/a', info: { PATCH: {} } }), 'unknown verb PATCH at /a'],
    [
      'a strange check',
      apidoc(node({ permissions: { check: ['perm', '/'] } })),
      'expected a list for a part of a permission',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(errorOf(() => parseApidoc(text, pve)).message).toContain(message)
  })
})

function errorOf(act: () => unknown): ApidocError {
  try {
    act()
  } catch (error) {
    if (error instanceof ApidocError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
