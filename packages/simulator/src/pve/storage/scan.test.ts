import { expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'

it.each([
  ['lvm', {}, [{ vg: 'pve', lvcount: 1 }]],
  ['lvmthin', { vg: 'pve' }, [{ lv: 'data' }]],
  ['lvmthin', { vg: 'none' }, []],
  ['zfs', {}, []],
  ['nfs', { server: '192.0.2.50' }, [{ path: '/export/tank', options: '*' }]],
  ['nfs', { server: '192.0.2.51' }, []],
  ['cifs', { server: '192.0.2.50' }, []],
])('scan/%s %j tells what a node finds', async (kind, params, expected) => {
  const lab = vmLab({
    guests: [{ vmid: 100, node: 'pve1', config: { scsi0: 'local-lvm:vm-100-disk-0,size=1G' } }],
  })
  const list = await lab.root(`GET /nodes/pve1/scan/${kind}`, params)
  expect(list).toHaveLength(expected.length)
  expect(list).toMatchObject(expected)
})
