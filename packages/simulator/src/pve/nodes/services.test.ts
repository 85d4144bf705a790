import { expect, it } from 'vitest'
import { callAs } from '../../../test/api-caller.js'
import { createSimulator, instantClock } from '../../index.js'

it('services are stopped and started, essential ones never stopped', async () => {
  const simulator = createSimulator({ seed: { nodes: { pve: {} } }, clock: instantClock() })
  const root = callAs(simulator)
  const state = (service: string): Promise<unknown> =>
    root(`GET /nodes/pve/services/${service}/state`)
  await root('POST /nodes/pve/services/chrony/stop')
  await root('POST /nodes/pve/services/pveproxy/stop')
  await simulator.idle()
  expect(await state('chrony')).toMatchObject({ state: 'dead', 'active-state': 'inactive' })
  expect(await state('pveproxy')).toMatchObject({ state: 'running' })
  expect(await root('GET /nodes/pve/tasks', { typefilter: 'srvstop', errors: 1 })).toMatchObject([
    { status: "invalid service cmd 'pveproxy stop': refusing to stop essential service!" },
  ])
  await root('POST /nodes/pve/services/chrony/restart')
  await simulator.idle()
  expect(await state('chrony')).toMatchObject({ state: 'running', 'unit-state': 'enabled' })
  expect(await root('GET /nodes/pve/services')).toHaveLength(23)
})
