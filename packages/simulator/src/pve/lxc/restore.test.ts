import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const config = `arch: amd64
hostname: web
memory: 256
mp0: local-lvm:vm-100-disk-1,mp=/data,backup=1,size=512M
mp1: /srv,mp=/srv
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp,type=veth
ostype: debian
rootfs: local-lvm:vm-100-disk-0,size=1G
swap: 0
unprivileged: 1
lxc.cap.drop: mknod
`
const create = 'POST /nodes/pve1/lxc'
let lab: VmLab
let archive: string

beforeEach(async () => {
  lab = vmLab({
    files: { 'nodes/pve1/lxc/100.conf': config },
    acl: [
      { path: '/vms', role: 'PVEVMAdmin', user: 'alice@pve' },
      { path: '/storage', role: 'PVEDatastoreUser', user: 'alice@pve' },
    ],
  })
  await lab.task('POST /nodes/pve1/vzdump', { vmid: 100, storage: 'local', compress: 'zstd' })
  const backups = await lab.root('GET /nodes/pve1/storage/local/content', { content: 'backup' })
  const rows: { volid: string }[] = JSON.parse(JSON.stringify(backups))
  archive = rows[0]?.volid ?? ''
})

describe('a container out of a backup', () => {
  it('is what was saved, on the storage that is asked for', async () => {
    const params = { vmid: 110, ostemplate: archive, restore: 1, storage: 'local', unique: 1 }
    const restored = await lab.task(create, params)
    expect(restored).toMatchObject({ type: 'vzrestore', status: 'OK' })
    const lines: string[] = Object(restored).log
    expect(lines[0]).toBe(`recovering backed-up configuration from '${archive}'`)
    expect(lines).toContain(`restoring '${archive}' now..`)
    expect(lines.at(-1)).toBe('merging backed-up and given configuration..')
    const text = lab.ctConf(110) ?? ''
    expect(text.replace(/hwaddr=[^,]*/, 'hwaddr=<new>')).toBe(
      config
        .replace('BC:24:11:00:00:01', '<new>')
        .replace('local-lvm:vm-100-disk-0', 'local:110/vm-110-disk-0.raw')
        .replace('local-lvm:vm-100-disk-1', 'local:110/vm-110-disk-1.raw'),
    )
    expect(text).not.toContain('BC:24:11:00:00:01')
  })

  it('takes the place of the one that is there, if that is forced', async () => {
    const params = {
      vmid: 100,
      ostemplate: archive,
      restore: 1,
      storage: 'local-lvm',
      memory: 1024,
    }
    expect(await lab.root(create, params)).toBe("500 CT 100 already exists on node 'pve1'")
    await lab.root('PUT /nodes/pve1/lxc/100/config', { hostname: 'changed' })
    expect(await lab.task(create, { ...params, force: 1 })).toMatchObject({ status: 'OK' })
    expect(lab.ctConf(100)).toBe(
      config
        .replace('memory: 256', 'memory: 1024')
        .replace('disk-1,', 'disk-3,')
        .replace('disk-0,', 'disk-2,'),
    )
    expect(lab.volumes()).toEqual(['vm-100-disk-2', 'vm-100-disk-3'])
  })

  it('leaves the one that is there alone when it fails early', async () => {
    const before = lab.ctConf(100)
    const missing = 'local:backup/vzdump-lxc-100-2026_01_01-00_00_09.tar.zst'
    const params = { vmid: 100, ostemplate: missing, restore: 1, force: 1, storage: 'local-lvm' }
    expect(await lab.task(create, params)).toMatchObject({
      status: `unable to restore CT 100 - volume '${missing}' does not exist`,
    })
    expect(lab.ctConf(100)).toBe(before)
    expect(lab.volumes()).toEqual(['vm-100-disk-0', 'vm-100-disk-1'])
  })

  it('has what only root may give it only from root', async () => {
    const alice = lab.as('alice@pve')
    const params = { vmid: 110, ostemplate: archive, restore: 1, storage: 'local' }
    const upid = await alice(create, params)
    await lab.simulator.idle()
    expect(await lab.root(`GET /nodes/pve1/tasks/${String(upid)}/status`)).toMatchObject({
      exitstatus:
        'unable to restore CT 110 - 403 Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)',
    })
    expect(lab.ctConf(110)).toBeUndefined()
  })
})
