import { expect, test } from 'vitest'
import { createDefinition, type Method, type Schema } from '../index.js'
import { emitTypescript } from './emit-typescript.js'

const text: Schema = { type: 'string' }
const call = (path: string, returns: Schema = { type: 'null' }): Method => ({
  verb: 'GET',
  path,
  parameters: { properties: {} },
  returns,
})
const newer = createDefinition({ product: 'pve', version: '9.2' }, [
  call('/a/same'),
  call('/b/changed', text),
  call('/b/same', { type: 'object', properties: { name: text } }),
])
const older = createDefinition({ product: 'pve', version: '9.1' }, [
  call('/a/same'),
  call('/b/changed'),
  call('/b/same', { type: 'object', properties: { name: text } }),
])

test('what two versions have in the same words is taken from the other module, with all that it refers to', () => {
  const printed = emitTypescript(older, {
    sharedWith: { module: './pve-9.2.js', definition: newer },
  })
  const [, own, imports, exports] = printed.split('\n\n')
  expect(own).toMatch(/^import type \{ .* \} from '@proxkit\/client'$/)
  expect(imports).toBe(
    [
      'import type {',
      '  A,',
      '  BSame,',
      '  PvePostWithoutParams,',
      '  PvePost,',
      '  PvePutWithoutParams,',
      '  PvePut,',
      '  PveDeleteWithoutParams,',
      '  PveDelete,',
      '  BSameGetResult,',
      "} from './pve-9.2.js'",
    ].join('\n'),
  )
  expect(exports).toBe(
    imports?.replace('import type', 'export type').replace('  A,', '  A,\n  ASame,'),
  )
  const declared = [...printed.matchAll(/^export (?:interface|type) (\w+)/gm)].map(
    ([, name]) => name,
  )
  expect(declared).toEqual([
    'PveApi',
    'B',
    'BChanged',
    'PvePathCalls',
    'PveGetWithoutParams',
    'PveGet',
  ])
})
