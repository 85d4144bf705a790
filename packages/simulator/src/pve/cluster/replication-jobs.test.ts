import { expect, it } from 'vitest'
import { callAs } from '../../../test/api-caller.js'
import { createSimulator, instantClock } from '../../index.js'

it('a replication job tells its guest and its number as numbers', async () => {
  const simulator = createSimulator({
    seed: {
      cluster: 'lab',
      nodes: { pve1: {}, pve2: {} },
      guests: [{ vmid: 100, node: 'pve1', config: { name: 'web' } }],
    },
    clock: instantClock(),
  })
  const root = callAs(simulator)
  await root('POST /cluster/replication', { id: '100-7', type: 'local', target: 'pve2' })
  const job = { id: '100-7', type: 'local', guest: 100, jobnum: 7, target: 'pve2', source: 'pve1' }
  expect(await root('GET /cluster/replication')).toEqual([job])
  expect(await root('GET /cluster/replication/100-7')).toMatchObject(job)
})
