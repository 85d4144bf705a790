import { expect, it } from 'vitest'
import { callAs } from '../../../test/api-caller.js'
import { createSimulator, instantClock } from '../../index.js'

it('a subscription key is kept, never found to be good, and forgotten', async () => {
  const simulator = createSimulator({
    seed: { nodes: { pve: {} }, users: { 'alice@pve': {} } },
    clock: instantClock(),
  })
  const root = callAs(simulator)
  const alice = callAs(simulator, 'alice@pve')
  const path = '/nodes/pve/subscription'
  const none = { status: 'notfound', message: 'There is no subscription key' }
  expect(await root(`GET ${path}`)).toMatchObject({
    ...none,
    serverid: expect.stringMatching(/^[\dA-F]{32}$/),
  })
  expect(await alice(`GET ${path}`)).not.toHaveProperty('serverid')
  await root(`PUT ${path}`, { key: ' pve2c-0123456789 ' })
  expect(await root(`GET ${path}`)).toMatchObject({
    key: 'pve2c-0123456789',
    status: 'invalid',
    sockets: 1,
  })
  expect(await alice(`GET ${path}`)).not.toHaveProperty('key')
  await root(`DELETE ${path}`)
  expect(await root(`GET ${path}`)).toMatchObject(none)
})
