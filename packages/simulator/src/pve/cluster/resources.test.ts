import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { manualClock } from '../../engine/clock.js'
import type { Seed } from '../../seeds/seed.js'

const seed: Seed = {
  cluster: 'trio',
  nodes: { pve1: { uptime: 1000 }, pve2: {}, pve3: { online: false } },
  storage: {
    local: { type: 'dir', path: '/var/lib/vz', content: 'iso,images', size: '100G' },
    far: { type: 'dir', path: '/far', content: 'backup', nodes: 'pve3' },
    off: { type: 'dir', path: '/off', content: 'backup', disable: 1 },
  },
  guests: [
    {
      vmid: 100,
      node: 'pve1',
      running: true,
      config: {
        name: 'web',
        cores: 2,
        memory: 1024,
        tags: 'a;b',
        scsi0: 'local:100/vm-100-disk-0.raw,size=8G',
        boot: 'order=scsi0',
      },
    },
    { vmid: 1000, node: 'pve2', config: { name: 'tmpl', tags: '', template: 1, lock: 'backup' } },
    { vmid: 101, type: 'lxc', node: 'pve1', running: true, config: { hostname: 'ct', cores: 1 } },
    { vmid: 300, node: 'pve3', running: true, config: { name: 'gone', tags: 'x' } },
  ],
  users: { 'alice@pve': {}, 'eve@pve': {} },
  pools: { prod: { guests: [100, 101] }, 'prod/sub': { guests: [300] } },
  acl: [
    { path: '/vms/100', role: 'PVEVMUser', user: 'alice@pve' },
    { path: '/storage/local', role: 'PVEDatastoreUser', user: 'alice@pve' },
  ],
}
let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  simulator = createSimulator({ seed, clock: manualClock() })
  root = callAs(simulator)
})

async function ids(call: ApiCaller, type?: string): Promise<unknown> {
  const rows = await call('GET /cluster/resources', type === undefined ? {} : { type })
  return Array.isArray(rows) ? rows.map(({ id }) => id) : rows
}

describe('the resources of a cluster', () => {
  it('are pools, guests, nodes, storages per node and networks', async () => {
    expect(await ids(root)).toEqual([
      '/pool/prod',
      '/pool/prod/sub',
      'qemu/100',
      'lxc/101',
      'qemu/300',
      'qemu/1000',
      'node/pve1',
      'node/pve2',
      'node/pve3',
      'storage/pve1/local',
      'storage/pve2/local',
      'storage/pve3/local',
      'storage/pve3/far',
      'network/pve1/zone/localnetwork',
      'network/pve2/zone/localnetwork',
      'network/pve3/zone/localnetwork',
    ])
  })

  it.each([
    ['vm', ['qemu/100', 'lxc/101', 'qemu/300', 'qemu/1000']],
    ['node', ['node/pve1', 'node/pve2', 'node/pve3']],
    ['sdn', []],
  ])('can be asked for by type: %s', async (type, expected) => {
    expect(await ids(root, type)).toEqual(expected)
  })

  it('are shown to each as far as his rights go', async () => {
    const alice = callAs(simulator, 'alice@pve')
    expect(await ids(alice)).toEqual([
      'qemu/100',
      'node/pve1',
      'node/pve2',
      'node/pve3',
      'storage/pve1/local',
      'storage/pve2/local',
      'storage/pve3/local',
    ])
    expect(await alice('GET /cluster/resources', { type: 'vm' })).not.toHaveProperty('0.pool')
    expect(await ids(callAs(simulator, 'eve@pve'))).toEqual(['node/pve1', 'node/pve2', 'node/pve3'])
  })
})

describe('a guest among the resources', () => {
  it('tells the blank that stands for no tags', async () => {
    await root('PUT /nodes/pve1/qemu/100/config', { tags: '', delete: 'scsi0' })
    expect(await root('GET /cluster/resources', { type: 'vm' })).toContainEqual(
      expect.objectContaining({ vmid: 100, tags: ' ' }),
    )
  })

  it('that runs has figures, its pool and its tags', async () => {
    expect(await guest('qemu/100')).toEqual({
      id: 'qemu/100',
      vmid: 100,
      node: 'pve1',
      type: 'qemu',
      status: 'running',
      name: 'web',
      template: 0,
      uptime: 970,
      maxcpu: 2,
      maxmem: 1024 * 2 ** 20,
      maxdisk: 8 * 2 ** 30,
      disk: 0,
      pool: 'prod',
      tags: 'a;b',
      cpu: expect.any(Number),
      mem: expect.any(Number),
      memhost: expect.any(Number),
      netin: expect.any(Number),
      netout: expect.any(Number),
      diskread: expect.any(Number),
      diskwrite: expect.any(Number),
    })
  })

  it('that is stopped uses nothing', async () => {
    expect(await guest('qemu/1000')).toMatchObject({
      status: 'stopped',
      template: 1,
      lock: 'backup',
      tags: ' ',
      uptime: 0,
      cpu: 0,
      mem: 0,
      memhost: 0,
      diskread: 0,
    })
  })

  it('on a node that is away is known by its file only', async () => {
    expect(await guest('qemu/300')).toEqual({
      id: 'qemu/300',
      vmid: 300,
      node: 'pve3',
      type: 'qemu',
      status: 'unknown',
      tags: 'x',
      pool: 'prod/sub',
    })
  })

  it('that high availability knows shows the state that is wanted of it', async () => {
    const snapshot = simulator.snapshot()
    const text = 'vm: 100\n\tstate started\n\n'
    simulator.restore({ ...snapshot, config: { ...snapshot.config, 'ha/resources.cfg': text } })
    expect(await guest('qemu/100')).toMatchObject({ hastate: 'started' })
  })

  it('adds what it uses to its pool', async () => {
    const rows = await root('GET /cluster/resources')
    const [pool] = Array.isArray(rows) ? rows : []
    expect(pool).toMatchObject({ uptime: 970, maxcpu: 3, maxmem: (1024 + 512) * 2 ** 20 })
  })
})

describe('a node', () => {
  it('has figures for those who may see them', async () => {
    const [pve1, , pve3] = await nodes(root)
    expect(pve1).toMatchObject({
      id: 'node/pve1',
      node: 'pve1',
      type: 'node',
      status: 'online',
      level: '',
      maxcpu: 8,
      maxmem: 32 * 2 ** 30,
      maxdisk: 100 * 2 ** 30,
      uptime: 1000,
    })
    expect(pve3).toEqual({
      id: 'node/pve3',
      node: 'pve3',
      type: 'node',
      status: 'offline',
      ssl_fingerprint: expect.stringMatching(/^[\dA-F]{2}(?::[\dA-F]{2}){31}$/),
    })
    const [seen] = await nodes(callAs(simulator, 'alice@pve'))
    expect(Object.keys(Object(seen)).toSorted()).toEqual([
      'id',
      'level',
      'node',
      'ssl_fingerprint',
      'status',
      'type',
    ])
  })

  it('with an open port has the fingerprint of its certificate', async () => {
    await using listening = createSimulator({ seed, clock: manualClock() })
    const { fingerprint } = await listening.listen({ node: 'pve2' })
    const [, pve2] = await nodes(callAs(listening))
    expect(pve2).toMatchObject({ ssl_fingerprint: fingerprint })
  })
})

describe('a storage among the resources', () => {
  it('has its size while its node is there', async () => {
    const rows = await root('GET /cluster/resources', { type: 'storage' })
    expect(rows).toMatchObject([
      {
        id: 'storage/pve1/local',
        status: 'available',
        plugintype: 'dir',
        shared: 0,
        content: 'images,iso',
        maxdisk: 100 * 2 ** 30,
      },
      { id: 'storage/pve2/local', status: 'available' },
      { id: 'storage/pve3/local', status: 'unknown' },
      { id: 'storage/pve3/far', status: 'unknown', content: 'backup' },
    ])
    expect(rows).not.toHaveProperty('2.maxdisk')
  })
})

async function guest(id: string): Promise<unknown> {
  const rows = await root('GET /cluster/resources', { type: 'vm' })
  return Array.isArray(rows) ? rows.find((row) => row.id === id) : rows
}

async function nodes(call: ApiCaller): Promise<readonly unknown[]> {
  const rows = await call('GET /nodes')
  return Array.isArray(rows) ? rows : []
}

describe('the resources of one second', () => {
  it('stay as they are until something changes', async () => {
    const list = async (): Promise<string> => JSON.stringify(await root('GET /cluster/resources'))
    const first = await list()
    expect(await list()).toBe(first)
    await root('PUT /nodes/pve1/qemu/100/config', { tags: 'c' })
    const changed = await list()
    expect(changed).toContain('"tags":"c"')
    simulator.restore(simulator.snapshot())
    expect(await list()).toBe(changed)
  })

  it('are those that each user may see', async () => {
    const ofAlice = await callAs(simulator, 'alice@pve')('GET /cluster/resources', { type: 'vm' })
    expect(ofAlice).toHaveLength(1)
    expect(await root('GET /cluster/resources', { type: 'vm' })).toHaveLength(4)
    expect(await callAs(simulator, 'eve@pve')('GET /cluster/resources', { type: 'vm' })).toEqual([])
  })
})
