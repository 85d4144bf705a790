import { describe, expect, it } from 'vitest'
import { callAs } from '../../../test/api-caller.js'
import { createSimulator, instantClock } from '../../index.js'

const zones = '/cluster/sdn/zones'

describe('virtual networks', () => {
  it('are pending until they are applied, and go back to what runs', async () => {
    const simulator = createSimulator({ seed: 'single', clock: instantClock() })
    const root = callAs(simulator)
    await root(`POST ${zones}`, { zone: 'z1', type: 'simple', ipam: 'pve', nodes: 'pve' })
    await root('POST /cluster/sdn/vnets', { vnet: 'v1', zone: 'z1', alias: 'first' })
    expect(simulator.snapshot().config['sdn/zones.cfg']).toBe(
      'simple: z1\n\tipam pve\n\tnodes pve\n\n',
    )
    expect(await root(`GET ${zones}`, { pending: true })).toEqual([
      {
        zone: 'z1',
        type: 'simple',
        state: 'new',
        digest: null,
        pending: { ipam: 'pve', nodes: 'pve' },
      },
    ])
    expect(await root(`GET ${zones}/z1`, { running: true })).toBe("500 sdn 'z1' does not exist")
    expect(await root('PUT /cluster/sdn')).toContain(':reloadnetworkall::root@pam:')
    await root('PUT /cluster/sdn/vnets/v1', { alias: 'second' })
    expect(await root('GET /cluster/sdn/vnets', { pending: true })).toEqual([
      {
        vnet: 'v1',
        zone: 'z1',
        type: 'vnet',
        alias: 'first',
        state: 'changed',
        digest: null,
        pending: { alias: 'second' },
      },
    ])
    await root('POST /cluster/sdn/rollback')
    expect(await root('GET /cluster/sdn/vnets/v1')).toMatchObject({ alias: 'first' })
  })

  it('are changed only by whoever holds the lock', async () => {
    const root = callAs(createSimulator({ seed: 'single', clock: instantClock() }))
    const token = String(await root('POST /cluster/sdn/lock'))
    const zone = { zone: 'z1', type: 'simple' }
    expect(await root(`POST ${zones}`, zone)).toBe(
      '500 create sdn zone object failed: invalid lock token provided!',
    )
    expect(await root(`POST ${zones}`, { ...zone, 'lock-token': token })).toBe(null)
  })

  it.each<readonly [string, Record<string, string>, string]>([
    ['a tag in a simple zone', { zone: 'z1', tag: '5' }, 'vlan tag is not allowed on simple zone'],
    ['a VLAN without a tag', { zone: 'zv' }, 'missing vlan tag'],
    ['an unknown zone', { zone: 'none' }, 'cannot lookup undefined type!'],
  ])('refuse %s', async (_, params, message) => {
    const root = callAs(createSimulator({ seed: 'single', clock: instantClock() }))
    await root(`POST ${zones}`, { zone: 'z1', type: 'simple' })
    await root(`POST ${zones}`, { zone: 'zv', type: 'vlan', bridge: 'vmbr0' })
    expect(await root('POST /cluster/sdn/vnets', { vnet: 'v1', ...params })).toContain(message)
  })

  it('have subnets that lie within their networks', async () => {
    const root = callAs(createSimulator({ seed: 'single', clock: instantClock() }))
    await root(`POST ${zones}`, { zone: 'z1', type: 'simple' })
    await root('POST /cluster/sdn/vnets', { vnet: 'v1', zone: 'z1' })
    const path = '/cluster/sdn/vnets/v1/subnets'
    const subnet = { subnet: '192.0.2.0/24', type: 'subnet' }
    expect(await root(`POST ${path}`, { ...subnet, gateway: '198.51.100.1' })).toContain(
      'gateway: 198.51.100.1 is not in subnet 192.0.2.0/24',
    )
    await root(`POST ${path}`, { ...subnet, gateway: '192.0.2.1' })
    expect(await root(`GET ${path}`)).toMatchObject([
      { subnet: 'z1-192.0.2.0-24', zone: 'z1', cidr: '192.0.2.0/24', gateway: '192.0.2.1' },
    ])
    expect(await root('DELETE /cluster/sdn/vnets/v1')).toContain(
      "Can't delete vnet if subnets exists",
    )
  })

  it('know who has which address', async () => {
    const simulator = createSimulator({ seed: 'single', clock: instantClock() })
    const root = callAs(simulator)
    await root(`POST ${zones}`, { zone: 'z1', type: 'simple', ipam: 'pve', dhcp: 'dnsmasq' })
    await root('POST /cluster/sdn/vnets', { vnet: 'v1', zone: 'z1' })
    const subnets = '/cluster/sdn/vnets/v1/subnets'
    const subnet = { subnet: '192.0.2.0/24', type: 'subnet', gateway: '192.0.2.1' }
    await root(`POST ${subnets}`, subnet)
    const ips = '/cluster/sdn/vnets/v1/ips'
    const own = { zone: 'z1', mac: 'BC:24:11:00:00:01' }
    expect(await root(`POST ${ips}`, { ...own, ip: '192.0.2.9' })).toBe(
      "500 can't find any subnet for ip 192.0.2.9",
    )
    await root('PUT /cluster/sdn')
    await root(`POST ${ips}`, { ...own, ip: '192.0.2.9' })
    expect(await root(`POST ${ips}`, { ...own, ip: '192.0.2.9' })).toBe(
      "500 IP '192.0.2.9' already exist",
    )
    await root(`PUT ${ips}`, { ...own, ip: '192.0.2.10', vmid: 100 })
    const place = { zone: 'z1', vnet: 'v1', subnet: '192.0.2.0/24' }
    expect(await root('GET /cluster/sdn/ipams/pve/status')).toEqual([
      { ...place, ip: '192.0.2.1', gateway: 1 },
      { ...place, ip: '192.0.2.10', mac: 'BC:24:11:00:00:01', vmid: 100 },
    ])
    expect(await root(`DELETE ${subnets}/z1-192.0.2.0-24`)).toBe(
      "500 delete sdn subnet object failed: cannot delete subnet '192.0.2.0/24', not empty",
    )
    await root(`DELETE ${ips}`, { ...own, ip: '192.0.2.10' })
    expect(await root(`DELETE ${subnets}/z1-192.0.2.0-24`)).toBeNull()
  })

  it('are pending on nodes that did not load them yet', async () => {
    const root = callAs(createSimulator({ seed: 'single', clock: instantClock() }))
    await root(`POST ${zones}`, { zone: 'z1', type: 'simple' })
    await root('POST /cluster/sdn/vnets', { vnet: 'v1', zone: 'z1', vlanaware: 1 })
    expect(await root('GET /nodes/pve/sdn/zones')).toEqual([])
    await root('PUT /cluster/sdn')
    expect(await root('GET /nodes/pve/sdn/zones')).toEqual([{ zone: 'z1', status: 'available' }])
    expect(await root('GET /nodes/pve/sdn/zones/z1/content')).toEqual([
      { vnet: 'v1', status: 'available', statusmsg: null },
    ])
    expect(await root('GET /nodes/pve/sdn/zones/z1/bridges')).toEqual([
      { name: 'v1', vlan_filtering: 1, ports: [] },
    ])
    expect(await root('GET /nodes/pve/sdn/zones/none/bridges')).toEqual({
      status: 400,
      errors: { zone: 'zone does not exist' },
    })
  })

  it('have fabrics with nodes, which only some may see', async () => {
    const simulator = createSimulator({
      seed: {
        nodes: { pve: {} },
        users: { 'alice@pve': {} },
        acl: [{ path: '/sdn/fabrics/one', role: 'PVESDNAdmin', user: 'alice@pve' }],
      },
      clock: instantClock(),
    })
    const root = callAs(simulator)
    const fabric = { id: 'one', protocol: 'openfabric', ip_prefix: '192.0.2.0/24' }
    await root('POST /cluster/sdn/fabrics/fabric', { ...fabric, hello_interval: 3 })
    await root('POST /cluster/sdn/fabrics/fabric', { id: 'two', protocol: 'ospf', area: '0' })
    const node = { node_id: 'pve', protocol: 'openfabric', ip: '192.0.2.1' }
    const interfaces = ['name=nic0', 'name=nic1,hello_multiplier=5']
    await root('POST /cluster/sdn/fabrics/node/one', { ...node, interfaces })
    expect(simulator.snapshot().config['sdn/fabrics.cfg']).toBe(
      'openfabric_fabric: one\n\thello_interval 3\n\tip_prefix 192.0.2.0/24\n\n' +
        'ospf_fabric: two\n\tarea 0\n\n' +
        'openfabric_node: one_pve\n\tinterfaces name=nic0\n\tinterfaces name=nic1,hello_multiplier=5\n\tip 192.0.2.1\n\n',
    )
    expect(await root('GET /cluster/sdn/fabrics/node/one')).toMatchObject([
      { ...node, fabric_id: 'one', interfaces },
    ])
    const alice = callAs(simulator, 'alice@pve')
    expect(await alice('GET /cluster/sdn/fabrics/all')).toMatchObject({
      fabrics: [{ ...fabric, hello_interval: 3 }],
      nodes: [],
    })
    expect(await alice('DELETE /cluster/sdn/fabrics/fabric/one')).toBe(
      "500 deleting fabric failed: permission check failed: missing 'Sys.Modify' on node pve",
    )
    expect(await root('POST /cluster/sdn/fabrics/fabric', fabric)).toBe(
      "500 adding fabric failed: fabric 'one' already exists in config",
    )
    const change = { protocol: 'openfabric', delete: ['hello_interval'] }
    await root('PUT /cluster/sdn/fabrics/fabric/one', change)
    await root('DELETE /cluster/sdn/fabrics/fabric/one')
    expect(simulator.snapshot().config['sdn/fabrics.cfg']).toBe('ospf_fabric: two\n\tarea 0\n\n')
    expect(await root('GET /cluster/sdn/fabrics/fabric', { pending: 1 })).toMatchObject([
      { id: 'two', protocol: 'ospf', state: 'new', pending: { area: '0' } },
    ])
  })
})
