import { beforeEach, describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../../create-simulator.js'

let simulator: Simulator
let root: ApiCaller

beforeEach(async () => {
  simulator = createSimulator({
    seed: {
      nodes: { pve1: {}, pve2: { online: false }, pve3: {} },
      guests: [
        { vmid: 100, node: 'pve1', config: { name: 'web', memory: 1024 } },
        { vmid: 200, node: 'pve2', config: {} },
      ],
      users: { 'joe@pve': {} },
      pools: {
        prod: { comment: 'c', guests: [100, 200], storage: ['local'] },
        empty: {},
      },
      acl: [{ path: '/pool/empty', user: 'joe@pve', role: 'PVEPoolAdmin' }],
    },
  })
  root = callAs(simulator)
  await root('PUT /pools', { poolid: 'prod', vms: '999', storage: 'gone' })
})

describe('GET /pools', () => {
  test('lists the pools that one may see', async () => {
    expect(await root('GET /pools')).toEqual([
      { poolid: 'empty' },
      { poolid: 'prod', comment: 'c' },
    ])
    expect(await callAs(simulator, 'joe@pve')('GET /pools')).toEqual([{ poolid: 'empty' }])
  })

  test('answers one pool with the members that exist', async () => {
    const pool = {
      poolid: 'prod',
      comment: 'c',
      members: [
        expect.objectContaining({
          id: 'qemu/100',
          type: 'qemu',
          vmid: 100,
          node: 'pve1',
          name: 'web',
          status: 'stopped',
          template: 0,
          maxmem: 2 ** 30,
        }),
        { id: 'qemu/200', type: 'qemu', vmid: 200, node: 'pve2', status: 'unknown' },
        expect.objectContaining({
          id: 'storage/pve1/local',
          type: 'storage',
          storage: 'local',
          node: 'pve1',
          plugintype: 'dir',
          status: 'available',
        }),
      ],
    }
    expect(await root('GET /pools', { poolid: 'prod' })).toEqual([pool])
    expect(await root('GET /pools/prod')).toEqual(pool)
    expect(await root('GET /pools/prod', { type: 'lxc' })).toMatchObject({ members: [] })
    expect(await root('GET /pools/none')).toBe("500 pool 'none' does not exist")
  })
})

describe('POST /pools', () => {
  test('nests up to three levels deep', async () => {
    expect(await root('POST /pools', { poolid: 'prod/web' })).toBeNull()
    expect(await root('POST /pools', { poolid: 'prod/web/eu', comment: 'x' })).toBeNull()
    expect(simulator.snapshot().config['user.cfg']).toContain('pool:prod/web/eu:x:::\n')
  })

  test.each([
    ['prod', "pool 'prod' already exists"],
    ['none/web', "parent 'none' of pool 'none/web' does not exist"],
    ['1st', 'pool name must start with a letter'],
    ['prod/1st', 'pool name must start with a letter'],
  ])('refuses %s', async (poolid, reason) => {
    expect(await root('POST /pools', { poolid })).toBe(`500 create pool failed: ${reason}`)
  })
})

describe('PUT /pools', () => {
  test('adds and removes members, also such as do not exist', async () => {
    await root('PUT /pools', { poolid: 'empty', vms: '300', storage: 'tape', comment: 'n' })
    expect(simulator.snapshot().config['user.cfg']).toContain('pool:empty:n:300:tape:\n')
    await root('PUT /pools/empty', { vms: '300', storage: 'tape', delete: 1 })
    expect(simulator.snapshot().config['user.cfg']).toContain('pool:empty:n:::\n')
  })

  test('moves a guest from its pool only when told to', async () => {
    expect(await root('PUT /pools', { poolid: 'empty', vms: '100' })).toBe(
      "500 update pools failed: VM 100 belongs already to pool 'prod' and 'allow-move' is not set",
    )
    expect(await root('PUT /pools', { poolid: 'empty', vms: '100', 'allow-move': 1 })).toBeNull()
    expect(simulator.snapshot().config['user.cfg']).toContain('pool:prod:c:200,999:gone,local:\n')
  })

  test.each([
    [{ vms: '100' }, 'VM 100 is already a pool member'],
    [{ vms: '300', delete: 1 }, 'VM 300 is not a pool member'],
    [{ storage: 'local' }, "Storage 'local' is already a pool member"],
    [{ storage: 'tape', delete: 1 }, "Storage 'tape' is not a pool member"],
  ])('refuses %j', async (given, reason) => {
    expect(await root('PUT /pools', { poolid: 'prod', ...given })).toBe(
      `500 update pools failed: ${reason}`,
    )
  })

  test('needs the right to change the permissions of what is added', async () => {
    expect(await callAs(simulator, 'joe@pve')('PUT /pools', { poolid: 'empty', vms: '100' })).toBe(
      '500 update pools failed: 403 Permission check failed (/vms/100, Permissions.Modify|VM.Allocate)',
    )
  })
})

describe('DELETE /pools', () => {
  test('removes what was given on the pool', async () => {
    expect(await root('DELETE /pools/empty')).toBeNull()
    expect(simulator.snapshot().config['user.cfg']).not.toContain('empty')
  })

  test('refuses a pool with anything in it', async () => {
    await root('POST /pools', { poolid: 'empty/sub' })
    expect(await root('DELETE /pools', { poolid: 'empty' })).toBe(
      "500 delete pool failed: pool 'empty' is not empty (contains pool 'empty/sub')",
    )
    expect(await root('DELETE /pools', { poolid: 'prod' })).toBe(
      "500 delete pool failed: pool 'prod' is not empty (contains VM 100)",
    )
    await root('PUT /pools', { poolid: 'prod', vms: '100,200', delete: 1 })
    expect(await root('DELETE /pools', { poolid: 'prod' })).toBe(
      "500 delete pool failed: pool 'prod' is not empty (contains storage 'local')",
    )
    await root('PUT /pools', { poolid: 'prod', storage: 'local', delete: 1 })
    expect(await root('DELETE /pools', { poolid: 'prod' })).toBeNull()
  })
})
