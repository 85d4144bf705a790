import { createClient, type PveClient } from '@proxkit/client'
import { createSimulator, instantClock, type FaultRule, type Simulator } from '@proxkit/simulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

let simulator: Simulator
let pve: PveClient

beforeAll(async () => {
  simulator = createSimulator({ clock: instantClock() })
  const { url } = await simulator.listen({ http: true })
  const token = 'root@pam!ci=00000000-0000-4000-8000-000000000001'
  pve = createClient({ url, auth: { token }, clock: simulator.clock })
})

beforeEach(() => simulator.reset())

afterAll(async () => {
  await pve.close()
  await simulator.close()
})

const guest = () => pve.nodes('pve1').qemu(100)

async function pools(): Promise<unknown[]> {
  return (await pve.pools.get()).map(({ poolid }) => poolid)
}

describe('the client, on a cluster that is not well,', () => {
  it.each<[FaultRule, object]>([
    [{ effect: { connection: 'drop' } }, { name: 'TransportError', stage: 'exchange' }],
    [{ effect: { connection: 'reset' } }, { name: 'TransportError', stage: 'exchange' }],
    [{ effect: { status: 401 } }, { name: 'AuthenticationError' }],
    [{ effect: { status: 500, message: 'got timeout' } }, { status: 500, message: 'got timeout' }],
    [{ effect: { status: 595 } }, { status: 595, message: 'No route to host' }],
    [{ effect: { status: 596 } }, { status: 596, message: 'Connection timed out' }],
    [{ effect: { status: 599 } }, { status: 599, message: 'Too many redirections' }],
  ])('meets %j, and nothing was done', async (fault, failure) => {
    const before = await pools()
    simulator.faults.add(fault)
    await expect(pve.pools.post({ poolid: 'web' })).rejects.toMatchObject(failure)
    simulator.faults.clear()
    expect(await pools()).toEqual(before)
  })

  it.each<FaultRule>([
    { effect: { connection: 'truncate' } },
    { effect: { connection: 'drop', executed: true } },
  ])('meets %j, and everything was done', async (fault) => {
    simulator.faults.add(fault)
    await expect(pve.pools.post({ poolid: 'web' })).rejects.toMatchObject({ stage: 'exchange' })
    simulator.faults.clear()
    expect(await pools()).toContain('web')
  })

  it('asks again for what is only read, as long as a burst of faults goes on', async () => {
    simulator.faults.add({ times: 2, effect: { connection: 'reset' } })
    expect(await pve.version.get()).toMatchObject({ release: '9.2' })
    expect(simulator.faults.list()).toMatchObject([{ hits: 2 }])
  })

  it('waits for an answer that is late', async () => {
    const before = simulator.clock.now()
    simulator.faults.add({ effect: { latency: 45_000 } })
    expect(await pve.version.get()).toMatchObject({ release: '9.2' })
    expect(simulator.clock.now() - before).toBeGreaterThanOrEqual(45_000)
  })

  it('hears nothing of a silent agent', async () => {
    simulator.faults.add({ effect: { agent: 'silent' } })
    await expect(guest().agent.ping.post()).rejects.toThrow('QEMU guest agent is not running')
  })

  it('sees a task that hangs, until it is stopped', async () => {
    simulator.faults.add({ task: 'qmstop', effect: { hang: true } })
    const task = await guest().status.stop.post()
    await expect(task.done({ timeout: 2000 })).rejects.toMatchObject({ name: 'TimeoutError' })
    await task.stop()
    await expect(task.done()).rejects.toMatchObject({ exitStatus: 'received interrupt' })
  })

  it('sees a task that fails late, and one that ends with warnings', async () => {
    simulator.faults.add({ task: 'qmstop', times: 1, effect: { fail: 'no luck', after: 5000 } })
    await expect((await guest().status.stop.post()).done()).rejects.toMatchObject({
      name: 'TaskError',
      exitStatus: 'no luck',
    })
    simulator.faults.add({ task: 'qmstop', effect: { warn: 'clock is slow' } })
    const warned = await guest().status.stop.post()
    expect(await warned.done()).toMatchObject({ outcome: 'warnings', warnings: 1 })
  })

  it('sees a storage that is away, and one that is full', async () => {
    simulator.setStorage('tank', { online: false })
    const tank = pve.nodes('pve1').storage('tank')
    await expect(tank.content.get()).rejects.toThrow("storage 'tank' is not online")
    simulator.setStorage('tank', { online: true, capacity: 0 })
    const backup = await pve.nodes('pve1').vzdump.post({ vmid: '100', storage: 'tank' })
    await expect(backup.done()).rejects.toMatchObject({ exitStatus: 'job errors' })
  })

  it('reads without quorum, and writes nothing', async () => {
    simulator.setQuorum(false)
    expect(await pve.nodes.get()).toHaveLength(3)
    await expect(pve.nodes('pve1').qemu(101).status.start.post()).rejects.toThrow(
      'cluster not ready - no quorum?',
    )
    await expect(pve.pools.post({ poolid: 'web' })).rejects.toThrow(
      "create pool failed: cfs-lock 'file-user_cfg' error: no quorum!",
    )
  })

  it('sees a node go off and on', async () => {
    simulator.setNode('pve2', { online: false })
    await expect(pve.nodes('pve2').status.get()).rejects.toMatchObject({ status: 595 })
    simulator.setNode('pve2', { online: true })
    expect(await pve.nodes('pve2').status.get()).toMatchObject({ uptime: expect.any(Number) })
  })
})
