import { describe, expect, it } from 'vitest'
import { callAs } from '../../../test/api-caller.js'
import { createSimulator, instantClock, type Simulator } from '../../index.js'

function start(): Simulator {
  return createSimulator({ seed: 'single', clock: instantClock() })
}

const clusterFile = 'firewall/cluster.fw'

describe('firewall', () => {
  it('puts new rules first, disabled, and writes the file as the product does', async () => {
    const simulator = start()
    const root = callAs(simulator)
    await root('PUT /cluster/firewall/options', { enable: '1', policy_in: 'DROP' })
    await root('POST /cluster/firewall/aliases', { name: 'Office', cidr: '192.0.2.0/24' })
    await root('POST /cluster/firewall/ipset', { name: 'hosts', comment: 'trusted' })
    await root('POST /cluster/firewall/ipset/hosts', { cidr: '198.51.100.7/24', nomatch: true })
    await root('POST /cluster/firewall/groups', { group: 'web' })
    const inside = { type: 'in', action: 'ACCEPT', macro: 'https', enable: '1' }
    await root('POST /cluster/firewall/groups/web', inside)
    await root('POST /cluster/firewall/rules', { type: 'group', action: 'web', iface: 'vmbr0' })
    const rule = { type: 'in', action: 'DROP', source: 'office', proto: 'tcp', dport: '22,80' }
    await root('POST /cluster/firewall/rules', { ...rule, comment: 'no entry' })
    expect(simulator.snapshot().config[clusterFile]).toBe(
      '[OPTIONS]\n\nenable: 1\npolicy_in: DROP\n\n' +
        '[ALIASES]\n\nOffice 192.0.2.0/24\n\n' +
        '[IPSET hosts] # trusted\n\n!198.51.100.0/24\n\n' +
        '[RULES]\n\n|IN DROP -source office -p tcp -dport 22,80 # no entry\n|GROUP web -i vmbr0\n\n' +
        '[group web]\n\nIN HTTPS(ACCEPT)\n\n',
    )
    expect(await root('GET /cluster/firewall/rules/0')).toMatchObject({
      ...rule,
      pos: '0',
      enable: 0,
      ipversion: 4,
      comment: 'no entry',
    })
  })

  it('moves a rule before the one that is at its target', async () => {
    const root = callAs(start())
    for (const comment of ['c', 'b', 'a']) {
      await root('POST /nodes/pve/firewall/rules', { type: 'in', action: 'DROP', comment })
    }
    await root('PUT /nodes/pve/firewall/rules/0', { moveto: '2', comment: 'ignored' })
    expect(await root('GET /nodes/pve/firewall/rules')).toMatchObject([
      { pos: 0, comment: 'b' },
      { pos: 1, comment: 'a' },
      { pos: 2, comment: 'c' },
    ])
  })

  it.each<readonly [string, Record<string, string>, string]>([
    ['an unknown macro', { macro: 'NoMacro' }, "unknown macro 'NoMacro'"],
    ['an unknown set', { source: '+none' }, "no such ipset 'none'"],
    ['an unknown alias', { dest: 'none' }, "no such alias 'none'"],
    ['ports without a protocol', { dport: '80' }, "missing property - 'dport' requires this"],
    [
      'another protocol than that of the macro',
      { macro: 'SSH', proto: 'udp' },
      "parameter 'proto' already define in macro (value = 'tcp')",
    ],
    [
      'addresses of both families',
      { source: '192.0.2.1', dest: '2001:db8::1' },
      'detected mixed ipv4/ipv6 addresses in rule',
    ],
  ])('refuses %s', async (_, params, text) => {
    const root = callAs(start())
    const answer = root('POST /cluster/firewall/rules', { type: 'in', action: 'ACCEPT', ...params })
    expect(JSON.stringify(await answer)).toContain(text)
  })

  it('keeps a file per guest and refuses a digest of another state', async () => {
    const simulator = start()
    const root = callAs(simulator)
    await root('PUT /nodes/pve/lxc/200/firewall/options', { enable: '1' })
    expect(simulator.snapshot().config['firewall/200.fw']).toBe('[OPTIONS]\n\nenable: 1\n\n')
    const digest = '0'.repeat(40)
    expect(await root('PUT /nodes/pve/lxc/200/firewall/options', { dhcp: '1', digest })).toBe(
      '500 detected modified configuration - file changed by other user? Try again.',
    )
    await root('PUT /nodes/pve/lxc/200/firewall/options', { delete: 'enable' })
    expect(simulator.snapshot().config['firewall/200.fw']).toBeUndefined()
  })

  it('renames a group wherever it is named', async () => {
    const simulator = start()
    const root = callAs(simulator)
    await root('POST /cluster/firewall/groups', { group: 'old', comment: 'kept' })
    await root('POST /nodes/pve/firewall/rules', { type: 'group', action: 'old' })
    await root('POST /cluster/firewall/groups', { group: 'new', rename: 'old' })
    const { config } = simulator.snapshot()
    expect(config[clusterFile]).toBe('[group new] # kept\n\n\n')
    expect(config['nodes/pve/host.fw']).toBe('[RULES]\n\n|GROUP new\n\n')
  })
})
