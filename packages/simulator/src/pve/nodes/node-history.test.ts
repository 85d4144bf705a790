import { expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'

it('the history of a node begins with its start and rises with its guests', async () => {
  const lab = vmLab({
    nodes: { pve1: { cpus: 4, uptime: 1800 } },
    guests: [{ vmid: 100, node: 'pve1', config: { memory: 1024 } }],
  })
  await lab.task('POST /nodes/pve1/qemu/100/status/start')
  await lab.simulator.clock.sleep(600_000)
  const rows = await lab.root('GET /nodes/pve1/rrddata', { timeframe: 'hour' })
  const list: Record<string, number>[] = Array.isArray(rows) ? rows : []
  expect(list).toHaveLength(60)
  expect(Object.keys(list[0] ?? {})).toEqual(['time'])
  const [before, after] = [list.at(-20), list.at(-1)]
  expect(before).toMatchObject({ maxcpu: 4, netin: 0, memtotal: 32 * 2 ** 30 })
  expect(after?.memused).toBeGreaterThan(before?.memused ?? Infinity)
  expect(after?.netin).toBeGreaterThan(0)
})

it('it is a picture too', async () => {
  const of = { timeframe: 'day', ds: 'cpu,iowait' }
  const { filename } = Object(await vmLab().root('GET /nodes/pve1/rrd', of))
  expect(filename).toBe('/var/lib/rrdcached/db/pve-node-9.0/pve1_cpu_iowait.png')
})
