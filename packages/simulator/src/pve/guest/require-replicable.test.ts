import { expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'

const refusal = '500 cannot add non-replicatable volume to a replicated VM'
const lab = vmLab({
  storage: {
    local: { type: 'dir', path: '/var/lib/vz', content: 'images,rootdir' },
    pool: { type: 'zfspool', pool: 'rpool/data', content: 'images,rootdir' },
    tank: { type: 'nfs', server: '192.0.2.50', export: '/export/tank', content: 'images' },
  },
  files: {
    'replication.cfg': 'local: 100-0\n\ttarget pve2\n\nlocal: 200-0\n\ttarget pve2\n',
    'nodes/pve1/qemu-server/100.conf': 'name: web\n',
    'nodes/pve1/lxc/200.conf': 'arch: amd64\nhostname: ct\nostype: debian\nrootfs: pool:0\n',
  },
})

const setDisk = (scsi0: string): Promise<unknown> =>
  lab.root('PUT /nodes/pve1/qemu/100/config', { scsi0 })
const setVolume = (mp0: string): Promise<unknown> =>
  lab.root('PUT /nodes/pve1/lxc/200/config', { mp0 })

it('a replicated machine gets disks that can be replicated, or that all nodes see', async () => {
  expect(await setDisk('local:1')).toBe(refusal)
  expect(await setDisk('/dev/sdb')).toBe(
    '500 cannot add non-managed/pass-through volume to a replicated VM',
  )
  expect(await setDisk('local:1,replicate=0')).toBeNull()
  expect(await setDisk('pool:1')).toBeNull()
  expect(await setDisk('tank:1')).toBeNull()
})

it('a replicated container gets volumes that can be replicated', async () => {
  expect(await setVolume('local:1,mp=/data')).toBe(refusal)
  expect(await setVolume('/srv,mp=/data')).toBe(refusal)
  expect(await setVolume('pool:1,mp=/data')).toBeNull()
})
