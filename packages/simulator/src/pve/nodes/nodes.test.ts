import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { manualClock, type ManualClock } from '../../engine/clock.js'

const now = Date.UTC(2026, 6, 1) / 1000
let clock: ManualClock
let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  clock = manualClock({ start: now * 1000 })
  simulator = createSimulator({
    clock,
    seed: {
      cluster: 'three',
      nodes: {
        pve1: {
          cpus: 4,
          memory: '16G',
          uptime: 3600,
          files: {
            '/etc/timezone': 'Europe/Vienna\n',
            '/etc/resolv.conf':
              'search one.test\nnameserver 10.0.0.1\n nameserver fd00::1\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n',
          },
        },
        pve2: { online: false },
        pve3: {},
      },
      guests: [{ vmid: 100, node: 'pve1', config: { memory: 4096, cores: 2 } }],
      users: { 'alice@pve': {}, 'eve@pve': {} },
      acl: [{ path: '/sdn/zones/localnetwork', role: 'PVESDNUser', user: 'alice@pve' }],
    },
  })
  root = callAs(simulator)
})

describe('the status of a node', () => {
  it('tells of its machine', async () => {
    expect(await root('GET /nodes/pve1/status')).toMatchObject({
      uptime: 3600,
      cpuinfo: { cpus: 4, cores: 4, sockets: 1, user_hz: 100 },
      memory: { total: 16 * 2 ** 30 },
      rootfs: { total: 100 * 2 ** 30 },
      'current-kernel': { sysname: 'Linux', machine: 'x86_64' },
      loadavg: [expect.any(String), expect.any(String), expect.any(String)],
      pveversion: expect.stringMatching(/^pve-manager\/9\.2\.\d+\/[\da-f]{16}$/),
    })
  })

  it('grows with what runs there, and moves with time', async () => {
    const idle = await usage()
    await root('POST /nodes/pve1/qemu/100/status/start')
    await clock.advance(600_000)
    const busy = await usage()
    expect(busy.uptime).toBe(4200)
    expect(busy.memory.used).toBeGreaterThan(idle.memory.used + 2 ** 29)
    expect(busy.cpu).toBeGreaterThan(idle.cpu)
    expect(busy.memory.used + busy.memory.free).toBe(16 * 2 ** 30)
  })
})

describe('a node', () => {
  it('knows its time and that of its zone', async () => {
    expect(await root('GET /nodes/pve1/time')).toEqual({
      timezone: 'Europe/Vienna',
      time: now,
      localtime: now + 7200,
    })
  })

  it('knows its name servers, three of them', async () => {
    expect(await root('GET /nodes/pve1/dns')).toEqual({
      search: 'one.test',
      dns1: '10.0.0.1',
      dns2: 'fd00::1',
      dns3: '10.0.0.3',
    })
  })

  it('answers by the name localhost too', async () => {
    expect(await root('GET /nodes/localhost/version')).toMatchObject({ release: '9.2' })
  })

  it('that is away cannot be asked', async () => {
    expect(await root('GET /nodes/pve2/version')).toBe('595 No route to host')
  })

  it('that nobody knows cannot be found', async () => {
    expect(await root('GET /nodes/pve9/version')).toMatch(/^500 hostname lookup 'pve9' failed - /)
  })
})

describe('the network of a node', () => {
  it('lists interfaces, but for the loopback', async () => {
    expect(await names(root)).toEqual(['nic0', 'vmbr0'])
    expect(await names(root, 'bridge')).toEqual(['vmbr0'])
    expect(await names(root, 'any_local_bridge')).toEqual(['vmbr0'])
    expect(await names(root, 'bond')).toEqual([])
  })

  it('shows bridges to those who may use them', async () => {
    expect(await names(callAs(simulator, 'alice@pve'))).toEqual(['nic0', 'vmbr0'])
    expect(await names(callAs(simulator, 'eve@pve'))).toEqual(['nic0'])
  })

  it('can be read one by one', async () => {
    expect(await root('GET /nodes/pve1/network/vmbr0')).toMatchObject({ type: 'bridge' })
    expect(await root('GET /nodes/pve1/network/vmbr9')).toEqual({
      status: 400,
      errors: { iface: 'interface does not exist' },
    })
  })
})

async function usage(): Promise<{
  uptime: number
  cpu: number
  memory: { used: number; free: number }
}> {
  return Object(await root('GET /nodes/pve1/status'))
}

async function names(call: ApiCaller, type?: string): Promise<unknown> {
  const rows = await call('GET /nodes/pve1/network', type === undefined ? {} : { type })
  return Array.isArray(rows) ? rows.map(({ iface }) => iface) : rows
}
