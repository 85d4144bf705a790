import { describe, expect, it } from 'vitest'
import { parseInterfaces } from './network-interfaces.js'

const installed = `auto lo
iface lo inet loopback

iface nic0 inet manual

auto vmbr0
iface vmbr0 inet static
	address 192.0.2.10/24
	gateway 192.0.2.1
	bridge-ports nic0
	bridge-stp off
	bridge-fd 0
#first
#second

source /etc/network/interfaces.d/*
`

describe('parseInterfaces', () => {
  it('reads what an installation writes', () => {
    expect(parseInterfaces(installed)).toEqual({
      lo: expect.objectContaining({ type: 'loopback', method: 'loopback', autostart: 1 }),
      nic0: {
        type: 'eth',
        method: 'manual',
        method6: 'manual',
        families: ['inet'],
        priority: 3,
        exists: 1,
        active: 1,
      },
      vmbr0: {
        type: 'bridge',
        method: 'static',
        method6: 'manual',
        families: ['inet'],
        priority: 4,
        autostart: 1,
        active: 1,
        address: '192.0.2.10',
        netmask: '24',
        cidr: '192.0.2.10/24',
        gateway: '192.0.2.1',
        bridge_ports: 'nic0',
        bridge_stp: 'off',
        bridge_fd: '0',
        comments: 'first\nsecond\n',
      },
    })
  })

  it.each([
    [
      'iface bond0 inet manual\n\tbond-slaves eno2 eno1\n\tbond-mode 4',
      'bond0',
      { type: 'bond', slaves: 'eno1 eno2', bond_mode: '802.3ad' },
    ],
    [
      'iface eno1.5 inet manual',
      'eno1.5',
      { type: 'vlan', 'vlan-raw-device': 'eno1', 'vlan-id': '5', exists: 0 },
    ],
    [
      'iface eno1 inet manual\niface vlan7 inet manual\n\tvlan-raw-device eno1',
      'vlan7',
      { type: 'vlan', 'vlan-id': '7', exists: 1 },
    ],
    ['iface eno1:1 inet manual', 'eno1:1', { type: 'alias' }],
    ['iface vmbr1 inet manual\n\tovs_type OVSBridge', 'vmbr1', { type: 'OVSBridge' }],
    ['iface vx inet manual\n\tvxlan-id 9', 'vx', { type: 'vxlan' }],
    ['iface any inet manual', 'any', { type: 'unknown' }],
    [
      'iface vmbr2 inet manual\n\tbridge-ports none\n\tbridge-vlan-aware yes',
      'vmbr2',
      { type: 'bridge', bridge_ports: '', bridge_vlan_aware: 1, bridge_stp: 'off', bridge_fd: 0 },
    ],
    [
      'iface x inet static\n\taddress 10.0.0.1\n\tnetmask 255.255.252.0',
      'x',
      { cidr: '10.0.0.1/22', netmask: '22' },
    ],
    ['iface x inet static\n\taddress 10.0.0.1', 'x', { cidr: '10.0.0.1/32' }],
    [
      'iface x inet static\n\taddress 10.0.0.1/8\niface x inet6 static\n\taddress fd00::1/64\n\tgateway fd00::2',
      'x',
      {
        families: ['inet', 'inet6'],
        cidr: '10.0.0.1/8',
        cidr6: 'fd00::1/64',
        gateway6: 'fd00::2',
        method6: 'static',
      },
    ],
    [
      'iface x inet manual\n\tpost-up true\n\tpost-up false',
      'x',
      { options: ['post-up true', 'post-up false'] },
    ],
  ])('reads %j', (text, name, expected) => {
    expect(parseInterfaces(`${text}\n`)[name]).toMatchObject(expected)
  })

  it('knows the loopback device in any case', () => {
    expect(parseInterfaces('').lo).toMatchObject({ type: 'loopback', autostart: 1 })
  })
})
