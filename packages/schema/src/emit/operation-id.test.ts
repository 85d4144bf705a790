import { expect, test } from 'vitest'
import { listDefinitions, loadDefinition } from '../index.js'
import { operationId } from './operation-id.js'

test('operationId: is made of verb and path', () => {
  expect(operationId({ verb: 'GET', path: '/' })).toBe('get')
  expect(operationId({ verb: 'DELETE', path: '/pools/{pool-id}/vm_list' })).toBe(
    'deletePoolsPoolIdVmList',
  )
})

test.each(listDefinitions())('operationId: is unique in $product $version', (id) => {
  const methods = [...loadDefinition(id).methods()]
  expect(new Set(methods.map(operationId)).size).toBe(methods.length)
})
