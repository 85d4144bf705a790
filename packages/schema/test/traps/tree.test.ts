import { listDefinitions, loadDefinition } from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { operationId } from '../../src/emit/operation-id.js'
import { methodsWhere, pbs, pdm, pmg, pve } from './definitions.js'

describe.each(listDefinitions())('the tree of $product $version', (id) => {
  const definition = loadDefinition(id)

  test('has the root index, which the dumps of PVE and PMG skip', () => {
    expect(definition.find('GET', '/')?.method.path).toBe('/')
  })

  test('has no level with both literals and a placeholder, or with two placeholders', () => {
    const children = new Map<string, Set<string>>()
    for (const { path } of definition.methods()) {
      const parts = path.split('/').slice(1)
      for (const [index, part] of parts.entries()) {
        const parent = parts.slice(0, index).join('/')
        children.set(parent, (children.get(parent) ?? new Set()).add(part))
      }
    }
    const mixed = [...children].filter(
      ([, parts]) => parts.size > 1 && [...parts].some((part) => part.startsWith('{')),
    )
    expect(mixed).toEqual([])
  })

  test('gives each operation an identifier of its own, though their names repeat', () => {
    const methods = [...definition.methods()]
    expect(new Set(methods.map(operationId)).size).toBe(methods.length)
  })
})

test.each([
  [pve, 340, 173, 83, 79],
  [pmg, 204, 102, 72, 47],
  [pbs, 185, 91, 53, 38],
  [pdm, 203, 69, 31, 24],
])('the verbs of $id.product, its root apart where the dump skips it', (definition, ...counts) => {
  const verbs = (['GET', 'POST', 'PUT', 'DELETE'] as const).map(
    (verb) =>
      methodsWhere(
        definition,
        (method) =>
          method.verb === verb &&
          !(method.path === '/' && ['pve', 'pmg'].includes(definition.id.product)),
      ).length,
  )
  expect(verbs).toEqual(counts)
})

test.each([
  '/cluster/notifications/targets/x',
  '/cluster/sdn/route-maps/entries/x/entry',
  '/nodes/x/storage/x/file-restore',
  '/nodes/x/sdn/fabrics',
  '/nodes/x/sdn/vnets',
])('%s is a node of the tree that answers nothing itself', (path) => {
  expect(pve.knows(path)).toBe(false)
})

test('names of methods repeat: 74 indexes beside that of the root, 393 names', () => {
  const methods = [...pve.methods()]
  expect(new Set(methods.map(({ name }) => name)).size).toBe(393)
  expect(methods.filter(({ name }) => name === 'index')).toHaveLength(75)
})

test('PBS and PDM have no names of methods', () => {
  expect(methodsWhere(pbs, ({ name }) => name)).toEqual([])
  expect(methodsWhere(pdm, ({ name }) => name)).toEqual([])
})

test('PBS has three roots: two protocols of its own beside the API', () => {
  expect(methodsWhere(pbs, ({ path }) => path.includes('/_upgrade_'))).toHaveLength(18)
  for (const path of [
    '/admin/datastore',
    '/backup/_upgrade_/previous',
    '/reader/_upgrade_/chunk',
  ]) {
    expect(pbs.find('GET', path)?.method.path).toBe(path)
  }
})

describe('flags of methods', () => {
  test('proxyto: null is none at all', () => {
    expect(pve.method('GET', '/cluster/firewall/rules')).not.toHaveProperty('proxyto')
    const values = new Set(Array.from(pve.methods(), ({ proxyto }) => proxyto))
    expect([...values]).toEqual([undefined, 'node'])
    expect(methodsWhere(pve, ({ proxyto }) => proxyto === 'node')).toHaveLength(274)
    expect(methodsWhere(pmg, ({ proxyto }) => proxyto === 'master')).toHaveLength(255)
  })

  test('streams of PBS and PDM are verbs of their own in the dump', () => {
    expect(methodsWhere(pbs, ({ kind }) => kind === 'download')).toHaveLength(11)
    expect(methodsWhere(pbs, ({ kind }) => kind === 'upload')).toHaveLength(5)
    expect(methodsWhere(pdm, ({ kind }) => kind === 'download')).toHaveLength(7)
  })

  test('what tokens may not call, what hands out credentials, what may be downloaded', () => {
    expect(methodsWhere(pve, ({ allowtoken }) => allowtoken === false).toSorted()).toEqual([
      'DELETE /access/tfa/{userid}/{id}',
      'POST /access/tfa/{userid}',
      'POST /access/ticket',
      'PUT /access/password',
      'PUT /access/tfa/{userid}/{id}',
    ])
    expect(methodsWhere(pve, ({ exposeCredentials }) => exposeCredentials)).toHaveLength(5)
    expect(methodsWhere(pve, ({ downloadAllowed }) => downloadAllowed)).toHaveLength(3)
  })
})
