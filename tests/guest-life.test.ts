import { ApiError, createClient, TaskError, type PveClient } from '@proxkit/client'
import { createSimulator, instantClock, manualClock, type Simulator } from '@proxkit/simulator'
import { describe, expect, it } from 'vitest'

/** A cluster whose tasks take no time, and a client of it. */
function laboratory(): { simulator: Simulator; pve: PveClient } {
  const simulator = createSimulator({ seed: 'lab', clock: instantClock() })
  const pve = createClient({ transport: simulator.transport(), clock: simulator.clock })
  return { simulator, pve }
}

describe('a virtual machine', () => {
  it('lives from its creation to its deletion, and leaves nothing behind', async () => {
    const { simulator, pve } = laboratory()
    const before = simulator.snapshot()
    const guests = pve.nodes('pve1').qemu
    const guest = guests(500)

    const creation = await guests.post({
      vmid: 500,
      name: 'web',
      memory: '1024',
      scsi0: 'local-lvm:8',
      net0: 'virtio,bridge=vmbr0',
    })
    await creation.done()
    const { digest, scsi0, net0 } = await guest.config.get()
    expect(scsi0).toBe('local-lvm:vm-500-disk-0,size=8G')
    expect(net0).toMatch(/^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0$/)

    await (await guest.status.start.post()).done()
    expect(await guest.status.current.get()).toMatchObject({ status: 'running', name: 'web' })
    expect(await pve.cluster.resources.get({ type: 'vm' })).toContainEqual(
      expect.objectContaining({ id: 'qemu/500', status: 'running', maxmem: 2 ** 30 }),
    )

    await guest.config.put({ description: 'first', ...(digest && { digest }) })
    await expect(
      guest.config.put({ description: 'second', ...(digest && { digest }) }),
    ).rejects.toMatchObject({ status: 500 })

    await (await guest.status.stop.post()).done()
    await (await guest.delete()).done()

    const after = simulator.snapshot()
    expect(after.config).toEqual(before.config)
    expect(after.guests).toEqual(before.guests)
    expect(after.backings).toEqual(before.backings)
    await simulator.close()
  })

  it('is created once, however many ask for the same id at a time', async () => {
    const { simulator, pve } = laboratory()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, async () => {
        const task = await pve.nodes('pve2').qemu.post({ vmid: 500, memory: '512' })
        return task.done()
      }),
    )

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue
      const { reason } = outcome
      expect(reason instanceof TaskError || reason instanceof ApiError).toBe(true)
      expect(String(reason)).toContain('VM 500 already exists')
    }
    await simulator.close()
  })

  it('is started by a task that runs until its time has passed', async () => {
    const clock = manualClock()
    const simulator = createSimulator({ seed: 'lab', clock })
    const pve = createClient({ transport: simulator.transport(), clock })
    const task = await pve.nodes('pve1').qemu(106).status.start.post()
    const status = pve.nodes('pve1').tasks(task).status

    expect(await status.get()).toMatchObject({ status: 'running', type: 'qmstart', id: '106' })
    await clock.advance(60_000)
    expect(await status.get()).toMatchObject({ status: 'stopped', exitstatus: 'OK' })
    await simulator.close()
  })

  it('is again as it was when the cluster goes back to a snapshot', async () => {
    const { simulator, pve } = laboratory()
    const guest = pve.nodes('pve1').qemu(106)
    const snapshot = simulator.snapshot()
    const before = await guest.config.get()

    await (await guest.delete()).done()
    await expect(guest.config.get()).rejects.toThrow('does not exist')
    simulator.restore(snapshot)

    expect(await guest.config.get()).toEqual(before)
    await simulator.close()
  })
})
