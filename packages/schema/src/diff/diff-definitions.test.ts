import { describe, expect, test } from 'vitest'
import {
  createDefinition,
  loadDefinition,
  type Method,
  type Permissions,
  type Product,
  type Schema,
} from '../index.js'
import type { Change } from './change.js'
import { diffDefinitions } from './diff-definitions.js'

type Given = Partial<Method>

function changesOf(before: Given, after: Given): readonly Change[] {
  const [old, young] = [before, after].map((given) => {
    const method: Method = { verb: 'GET', path: '/a', parameters: {}, returns: {}, ...given }
    return createDefinition({ product: 'pve', version: '1.0' }, [method])
  })
  if (!old || !young) throw new Error('two definitions were made')
  return diffDefinitions(old, young).changed[0]?.changes ?? []
}

const text: Schema = { type: 'string' }
const optional: Schema = { ...text, optional: true }
const withNet = (maxIndex: number): Schema => ({
  properties: { 'net[n]': { ...text, maxIndex } },
})
const closed = (properties: Readonly<Record<string, Schema>>): Schema => ({
  properties,
  additionalProperties: false,
})

describe('diffDefinitions: one member that changes', () => {
  test.each<[string, Schema, Schema, boolean, boolean]>([
    ['it becomes required', optional, text, true, false],
    ['it becomes optional', text, optional, false, true],
    ['its type is another', text, { type: 'boolean' }, true, true],
    ['it may be any number', { type: 'integer' }, { type: 'number' }, false, true],
    ['its type is told at last', {}, text, true, false],
    ['it has one value more', { enum: ['a'] }, { enum: ['a', 'b'] }, false, true],
    ['it has one value less', { enum: ['a', 'b'] }, { enum: ['a'] }, true, false],
    ['it has other values', { enum: ['a', 'b'] }, { enum: ['a', 'c'] }, true, true],
    ['its values stand in another order', { enum: ['a', 'b'] }, { enum: ['b', 'a'] }, false, false],
    ['it may be less', { minimum: 2 }, { minimum: 1 }, false, true],
    ['it may be more', { maximum: 1 }, { maximum: 2 }, false, true],
    ['it has a bound now', {}, { maximum: 2 }, true, false],
    ['it must be longer', { minLength: 1 }, { minLength: 2 }, true, false],
    ['it has another pattern', { pattern: 'a' }, { pattern: 'b' }, true, true],
    ['it has no pattern any more', { pattern: 'a' }, {}, false, true],
    ['it has a format now', {}, { format: 'pve-node' }, true, false],
    ['it needs another one', text, { ...text, requires: 'b' }, true, false],
    ['it has another default', { default: 1 }, { default: 2 }, false, false],
    ['it becomes another name', text, { alias: 'b' }, false, true],
    ['it has one variant more', { oneOf: [text] }, { oneOf: [text, {}] }, false, true],
    ['it is for fewer types', { instanceTypes: ['a', 'b'] }, { instanceTypes: ['a'] }, true, false],
  ])('%s', (_, before, after, breaksParameter, breaksResult) => {
    const [taken] = changesOf(
      { parameters: { properties: { m: before } } },
      { parameters: { properties: { m: after } } },
    )
    const [given] = changesOf(
      { returns: { properties: { m: before } } },
      { returns: { properties: { m: after } } },
    )
    expect(taken).toMatchObject({ area: 'parameter', member: 'm', breaks: breaksParameter })
    expect(given).toMatchObject({ area: 'result', member: 'm', breaks: breaksResult })
  })
})

describe('diffDefinitions: members', () => {
  test('a new parameter breaks where it must be given', () => {
    const after = closed({ a: text, b: optional, c: { oneOf: [optional] } })
    expect(changesOf({ parameters: closed({}) }, { parameters: after })).toEqual([
      { area: 'parameter', member: 'a', kind: 'added', breaks: true },
      { area: 'parameter', member: 'b', kind: 'added', breaks: false },
      { area: 'parameter', member: 'c', kind: 'added', breaks: false },
    ])
  })

  test('a parameter that is gone breaks where no other is taken', () => {
    const before: Given = { parameters: closed({ a: text }) }
    expect(changesOf(before, { parameters: closed({}) })).toMatchObject([
      { kind: 'removed', breaks: true },
    ])
    expect(changesOf(before, { parameters: { properties: {} } })).toMatchObject([
      { keyword: 'additionalProperties', breaks: false },
      { kind: 'removed', breaks: false },
    ])
  })

  test('a result breaks with what it loses, not with what it gains', () => {
    expect(
      changesOf({ returns: closed({ a: text }) }, { returns: closed({ b: text }) }),
    ).toMatchObject([
      { member: 'a', kind: 'removed', breaks: true },
      { member: 'b', kind: 'added', breaks: false },
    ])
  })

  test('are told by their place in lists, property strings and objects', () => {
    const nested = (inner: Schema): Schema => ({
      type: 'array',
      items: { properties: { s: { ...text, propertyString: { properties: { k: inner } } } } },
    })
    expect(changesOf({ returns: nested({}) }, { returns: nested(text) })).toEqual([
      {
        area: 'result',
        member: '[].s.k',
        kind: 'changed',
        keyword: 'type',
        after: 'string',
        breaks: false,
      },
    ])
  })

  test('of an indexed family are one', () => {
    expect(changesOf({ parameters: withNet(7) }, { parameters: withNet(3) })).toEqual([
      {
        area: 'parameter',
        member: 'net[n]',
        kind: 'changed',
        keyword: 'maxIndex',
        before: 7,
        after: 3,
        breaks: true,
      },
    ])
  })
})

const privileges = (...privs: string[]): Permissions => ({
  check: { op: 'perm', path: '/', privs },
})

const orAll = (before: Permissions): Permissions => ({
  check: { op: 'or', args: before.check ? [before.check, { op: 'self', param: 'p' }] : [] },
})

const withPermissions = (permissions: Permissions | undefined): Given =>
  permissions ? { permissions } : {}

describe('diffDefinitions: permissions', () => {
  const either: Permissions = {
    check: { op: 'perm', path: '/', privs: ['A', 'B'], any: true },
  }

  test.each<[string, Permissions | undefined, Permissions | undefined, boolean]>([
    ['open to more than root', undefined, privileges('A'), false],
    ['for root alone', { user: 'all' }, undefined, true],
    ['open to the world', privileges('A'), { user: 'world' }, false],
    ['closed to the world', { user: 'world' }, { user: 'all' }, true],
    ['open to any login', privileges('A'), { user: 'all' }, false],
    ['closed to some logins', { user: 'all' }, privileges('A'), true],
    ['content with less', privileges('A', 'B'), privileges('A'), false],
    ['content with one of several', privileges('A'), either, false],
    ['not content with one of several', either, privileges('A', 'B'), true],
    ['open in another way', privileges('A'), orAll(privileges('A')), false],
    ['asking for something else', privileges('A'), privileges('B'), true],
    ['bound to conditions', privileges('A'), { ...privileges('A'), proseConditions: true }, true],
  ])('that become %s', (_, before, after, breaks) => {
    expect(changesOf(withPermissions(before), withPermissions(after))).toMatchObject([
      { area: 'permissions', breaks },
    ])
  })
})

test('diffDefinitions: flags', () => {
  expect(
    changesOf(
      { allowtoken: false, protected: true, downloadAllowed: true, proxyto: 'node' },
      { name: 'index', proxyto: 'master' },
    ),
  ).toEqual([
    { area: 'flag', member: 'name', kind: 'added', after: 'index', breaks: false },
    { area: 'flag', member: 'protected', kind: 'removed', before: true, breaks: false },
    {
      area: 'flag',
      member: 'proxyto',
      kind: 'changed',
      before: 'node',
      after: 'master',
      breaks: false,
    },
    { area: 'flag', member: 'allowtoken', kind: 'removed', before: false, breaks: false },
    { area: 'flag', member: 'downloadAllowed', kind: 'removed', before: true, breaks: true },
  ])
})

describe('diffDefinitions: the versions', () => {
  test.each<[Product, string, string, number[]]>([
    ['pve', '8.4', '9.2', [71, 1, 190, 24]],
    ['pve', '9.1', '9.2', [29, 0, 128, 16]],
    ['pve', '7.4', '8.4', [75, 10, 287, 14]],
    ['pbs', '3.4', '4.2', [19, 0, 63, 8]],
  ])('%s %s to %s: added, removed, changed, reworded', (product, from, to, counts) => {
    const { added, removed, changed, reworded } = diffDefinitions(
      loadDefinition({ product, version: from }),
      loadDefinition({ product, version: to }),
    )
    const lists = [added, removed, changed, reworded]
    expect(lists.map(({ length }) => length)).toEqual(counts)
  })

  test('8.4 to 9.2 of PVE in detail', () => {
    const { removed, changed } = diffDefinitions(
      loadDefinition({ product: 'pve', version: '8.4' }),
      loadDefinition({ product: 'pve', version: '9.2' }),
    )
    expect(removed).toEqual([{ verb: 'GET', path: '/nodes/{node}/scan/glusterfs' }])
    const operationsWith = (area: Change['area']): number =>
      changed.filter(({ changes }) => changes.some((change) => change.area === area)).length
    expect(operationsWith('parameter')).toBe(104)
    expect(operationsWith('result')).toBe(65)
    expect(operationsWith('permissions')).toBe(34)
    expect(operationsWith('flag')).toBe(4)

    const ofParameters = changed
      .flatMap(({ changes }) => changes)
      .filter((change) => change.area !== 'permissions')
      .filter(({ area, member }) => area === 'parameter' && !/\.|\[\]/.test(member))
    const kinds = ofParameters.map(({ kind, keyword, breaks }) =>
      kind === 'changed' ? `${keyword} ${breaks ? 'breaks' : 'holds'}` : kind,
    )
    const count = (wanted: string): number => kinds.filter((kind) => kind === wanted).length
    expect(count('added')).toBe(97)
    expect(count('removed')).toBe(16)
    expect(count('enum holds')).toBe(18)
    expect(count('enum breaks')).toBe(2)
    expect(kinds.filter((kind) => /^(?:type|optional) /.test(kind))).toEqual([])
  })
})
