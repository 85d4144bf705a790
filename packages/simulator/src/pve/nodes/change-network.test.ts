import { beforeEach, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, instantClock, type Simulator } from '../../index.js'

const path = '/nodes/pve/network'
const interfaces = `auto lo
iface lo inet loopback

iface nic0 inet manual

auto vmbr0
iface vmbr0 inet static
	address 192.0.2.10/24
	gateway 192.0.2.1
	bridge-ports nic0
	bridge-stp off
	bridge-fd 0

source /etc/network/interfaces.d/*
`
let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  simulator = createSimulator({
    seed: { nodes: { pve: { files: { '/etc/network/interfaces': interfaces } } } },
    clock: instantClock(),
  })
  root = callAs(simulator)
})

function refused(errors: Record<string, string>): unknown {
  return { status: 400, errors }
}

function file(name: string): string | undefined {
  return simulator.snapshot().nodes.pve?.files[`/etc/network/${name}`]
}

it('changes wait in a file of their own until they are applied', async () => {
  await root(`POST ${path}`, {
    iface: 'vmbr1',
    type: 'bridge',
    cidr: '198.51.100.1/24',
    autostart: 1,
  })
  expect(file('interfaces')).toBe(interfaces)
  expect(file('interfaces.new')?.replace(/^#.*\n/gm, '')).toBe(`
auto lo
iface lo inet loopback

iface nic0 inet manual

auto vmbr0
iface vmbr0 inet static
	address 192.0.2.10/24
	gateway 192.0.2.1
	bridge-ports nic0
	bridge-stp off
	bridge-fd 0

auto vmbr1
iface vmbr1 inet static
	address 198.51.100.1/24
	bridge-ports none
	bridge-stp off
	bridge-fd 0

source /etc/network/interfaces.d/*
`)
  const transport = simulator.transport()
  const list = await transport.send({ verb: 'GET', path, params: { type: 'bridge' } })
  expect(list.data).toMatchObject([{ iface: 'vmbr0' }, { iface: 'vmbr1', cidr: '198.51.100.1/24' }])
  expect(list.changes).toContain('+iface vmbr1 inet static\n')
  expect(await root(`PUT ${path}`)).toMatch(/:srvreload:networking:root@pam:$/)
  await simulator.idle()
  expect(file('interfaces.new')).toBeUndefined()
  expect(file('interfaces')).toContain('iface vmbr1 inet static')
})

it('changes are taken back as a whole', async () => {
  await root(`PUT ${path}/vmbr0`, { type: 'bridge', delete: 'gateway', cidr: '192.0.2.11/24' })
  expect(file('interfaces.new')).toContain('\taddress 192.0.2.11/24\n\tbridge-ports nic0\n')
  await root(`DELETE ${path}`)
  expect(file('interfaces.new')).toBeUndefined()
})

it('an interface that others stand on cannot go', async () => {
  expect(await root(`DELETE ${path}/nic0`)).toBe(
    "500 bridge 'vmbr0' - unable to find bridge port 'nic0'",
  )
  expect(await root(`DELETE ${path}/none`)).toEqual({
    status: 400,
    errors: { iface: 'interface does not exist' },
  })
  expect(file('interfaces.new')).toBeUndefined()
})

it('what is taken is refused', async () => {
  expect(
    await root(`POST ${path}`, {
      iface: 'vmbr1',
      type: 'bridge',
      cidr: '198.51.100.1/24',
      gateway: '198.51.100.9',
    }),
  ).toEqual(refused({ gateway: "Default gateway already exists on interface 'vmbr0'." }))
  expect(
    await root(`POST ${path}`, { iface: 'vmbr1', type: 'bridge', bridge_ports: 'nic0' }),
  ).toEqual(refused({ bridge_ports: "nic0 is already used on interface 'vmbr0'." }))
  expect(await root(`POST ${path}`, { iface: 'vmbr0', type: 'bridge' })).toEqual(
    refused({ iface: 'interface already exists' }),
  )
  expect(
    await root(`POST ${path}`, { iface: 'vlan7', type: 'vlan', 'vlan-raw-device': 'nic9' }),
  ).toBe("500 vlan 'vlan7' - unable to find parent 'nic9'")
})

it('bonds carry their slaves with them', async () => {
  await root(`POST ${path}`, { iface: 'nic1', type: 'eth' })
  await root(`POST ${path}`, {
    iface: 'bond0',
    type: 'bond',
    slaves: 'nic1',
    bond_mode: 'active-backup',
    'bond-primary': 'nic1',
  })
  expect(file('interfaces.new')).toContain(
    'auto nic1\niface nic1 inet manual\n\niface bond0 inet manual\n\tbond-slaves nic1\n\tbond-miimon 100\n\tbond-mode active-backup\n\tbond-primary nic1\n',
  )
})
