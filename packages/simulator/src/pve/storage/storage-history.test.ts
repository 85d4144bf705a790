import { describe, expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'

describe('the history of a storage', () => {
  it('grows when volumes are made', async () => {
    const lab = vmLab()
    const path = '/nodes/pve1/storage/local-lvm'
    const used = async (): Promise<[number, ...unknown[]]> => {
      const rows = await lab.root(`GET ${path}/rrddata`, { timeframe: 'hour' })
      const list = Array.isArray(rows) ? rows : []
      return [list.length, list[0]?.used, list.at(-1)?.used]
    }
    const before = Object(await lab.root(`GET ${path}/status`))
    expect(await used()).toEqual([60, before.used, before.used])
    await lab.task('POST /nodes/pve1/qemu', {
      vmid: 100,
      scsi0: 'local:0,import-from=local:import/disk.qcow2',
    })
    await lab.simulator.clock.sleep(1_800_000)
    await lab.task('POST /nodes/pve1/qemu/100/move_disk', { disk: 'scsi0', storage: 'local-lvm' })
    await lab.simulator.clock.sleep(120_000)
    const after = Object(await lab.root(`GET ${path}/status`))
    expect(after.used).toBeGreaterThan(before.used)
    expect(await used()).toEqual([60, before.used, after.used])
  })

  it('is missing where the storage is not used', async () => {
    expect(await vmLab().root('GET /nodes/pve1/storage/gone/rrddata', { timeframe: 'day' })).toBe(
      "500 RRD error: opening '/var/lib/rrdcached/db/pve-storage-9.0/pve1/gone': No such file or directory",
    )
  })
})
