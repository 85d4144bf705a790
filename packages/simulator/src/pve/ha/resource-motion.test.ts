import { expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'

const rules = `resource-affinity: keep
\tresources vm:100,ct:200
\taffinity positive

resource-affinity: keep-too
\tresources ct:200,vm:101
\taffinity positive

resource-affinity: apart
\tresources ct:200,vm:102
\taffinity negative

resource-affinity: off
\tresources vm:100,vm:103
\taffinity negative
\tdisable 1

`

it('guests do not go without those they belong with, nor to those they are kept from', async () => {
  const lab = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', config: {} },
      { vmid: 101, node: 'pve1', config: {} },
      { vmid: 102, node: 'pve2', config: {} },
      { vmid: 103, node: 'pve2', config: {} },
      { vmid: 200, type: 'lxc', node: 'pve1', config: {} },
    ],
    files: {
      'ha/rules.cfg': rules,
      'ha/resources.cfg': 'vm: 100\n\nvm: 101\n\nvm: 102\n\nvm: 103\n\nct: 200\n\n',
    },
  })
  const blocking = [{ sid: 'vm:102', cause: 'resource-affinity' }]
  expect(await lab.root('GET /nodes/pve1/qemu/100/migrate')).toMatchObject({
    allowed_nodes: [],
    not_allowed_nodes: { pve2: { 'blocking-ha-resources': blocking } },
    'dependent-ha-resources': ['ct:200', 'vm:101'],
  })
  expect(await lab.root('GET /nodes/pve1/lxc/200/migrate')).toEqual({
    running: 0,
    'allowed-nodes': [],
    'not-allowed-nodes': { pve2: { 'blocking-ha-resources': blocking } },
    'dependent-ha-resources': ['vm:100', 'vm:101'],
  })
  expect(await lab.root('GET /nodes/pve2/qemu/103/migrate')).toMatchObject({
    allowed_nodes: ['pve1'],
    'dependent-ha-resources': [],
  })
})
