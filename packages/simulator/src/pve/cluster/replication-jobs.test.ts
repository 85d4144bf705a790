import { afterEach, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { manualClock, type ManualClock } from '../../engine/clock.js'

let simulator: Simulator
let clock: ManualClock

async function labWithJob(node2: { readonly online?: boolean } = {}): Promise<ApiCaller> {
  clock = manualClock({ start: Date.UTC(2026, 0, 1, 12, 0, 30) })
  simulator = createSimulator({
    seed: {
      cluster: 'lab',
      nodes: { pve1: {}, pve2: node2, pve3: {} },
      guests: [{ vmid: 100, node: 'pve1', config: { name: 'web' } }],
    },
    clock,
  })
  const root = callAs(simulator)
  await root('POST /cluster/replication', { id: '100-7', type: 'local', target: 'pve2' })
  return root
}

afterEach(() => simulator.close())

it('a replication job tells its guest and its number as numbers', async () => {
  const root = await labWithJob()
  const job = { id: '100-7', type: 'local', guest: 100, jobnum: 7, target: 'pve2', source: 'pve1' }
  expect(await root('GET /cluster/replication')).toEqual([job])
  expect(await root('GET /cluster/replication/100-7')).toMatchObject(job)
})

it('a replication job that is deleted is marked, and gone with the next minute', async () => {
  const root = await labWithJob()
  await root('DELETE /cluster/replication/100-7')
  await clock.advance(29_000)
  expect(await root('GET /cluster/replication')).toMatchObject([{ remove_job: 'full' }])
  await clock.advance(1000)
  expect(await root('GET /cluster/replication')).toEqual([])
})

it('a replication job whose target is away waits for it, unless its volumes are kept', async () => {
  const root = await labWithJob({ online: false })
  await root('DELETE /cluster/replication/100-7')
  await clock.advance(600_000)
  expect(await root('GET /cluster/replication')).toHaveLength(1)
  await root('DELETE /cluster/replication/100-7', { keep: 1 })
  await clock.advance(60_000)
  expect(await root('GET /cluster/replication')).toEqual([])
})
