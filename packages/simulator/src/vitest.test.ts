import { describe, expect } from 'vitest'
import { callAs } from '../test/api-caller.js'
import { withSimulator } from './with-simulator.js'
import { test } from './vitest.js'

describe('test', () => {
  test('gets a cluster', async ({ simulator }) => {
    await callAs(simulator)('POST /pools', { poolid: 'mine' })
    expect(await callAs(simulator)('GET /pools')).toContainEqual({ poolid: 'mine' })
  })

  test('gets another one each time', async ({ simulator }) => {
    expect(await callAs(simulator)('GET /pools')).not.toContainEqual({ poolid: 'mine' })
  })
})

describe('with options', () => {
  const single = test.extend({ simulatorOptions: { seed: 'single' } })

  single('gets the cluster that it wants', async ({ simulator }) => {
    expect(await callAs(simulator)('GET /nodes')).toMatchObject([{ node: 'pve' }])
  })
})

test('withSimulator: gives a cluster for the time of a function', async () => {
  const nodes = await withSimulator((simulator) => callAs(simulator)('GET /nodes'), {
    seed: 'single',
  })
  expect(nodes).toMatchObject([{ node: 'pve' }])
})
