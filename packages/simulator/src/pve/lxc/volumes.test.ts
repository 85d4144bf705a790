import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const container = (vmid: number, lines: readonly string[]): Record<string, string> => ({
  [`nodes/pve1/lxc/${vmid}.conf`]: ['arch: amd64', 'ostype: debian', ...lines, ''].join('\n'),
})
const path = '/nodes/pve1/lxc'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    files: {
      ...container(100, [
        'mp0: local-lvm:vm-100-disk-1,mp=/data,size=1G',
        'rootfs: local-lvm:vm-100-disk-0,size=2G',
      ]),
      ...container(101, ['rootfs: local:101/vm-101-disk-0.raw,size=1G']),
      'firewall/100.fw': '[OPTIONS]\n\nenable: 1\n',
    },
    acl: [{ path: '/vms', role: 'PVEVMAdmin', user: 'alice@pve' }],
  })
})

const options = (vmid: number): string[] =>
  (lab.ctConf(vmid) ?? '').split('\n').filter((line) => /^(?:mp|rootfs|unused|lock)/.test(line))

describe('a volume of a container', () => {
  it('grows, and never shrinks', async () => {
    const grown = await lab.task(`PUT ${path}/100/resize`, { disk: 'mp0', size: '+512M' })
    expect(grown).toMatchObject({ type: 'resize', status: 'OK' })
    expect(Object(grown).log.slice(0, 3)).toEqual([
      '  Size of logical volume pve/vm-100-disk-1 changed from 1.00 GiB (256 extents) to 1.50 GiB (384 extents).',
      '  Logical volume pve/vm-100-disk-1 successfully resized.',
      'e2fsck 1.47.2 (1-Jan-2025)',
    ])
    expect(options(100)[0]).toBe('mp0: local-lvm:vm-100-disk-1,mp=/data,size=1536M')
    const smaller = { disk: 'mp0', size: '1G' }
    expect(await lab.root(`PUT ${path}/100/resize`, smaller)).toBe('500 unable to shrink disk size')
    const same = { disk: 'rootfs', size: '2G' }
    expect(await lab.root(`PUT ${path}/100/resize`, same)).toBe(
      '500 disk is already at specified size',
    )
  })

  it('moves to another storage, and stays listed where it was', async () => {
    const move = { volume: 'rootfs', storage: 'local' }
    expect(await lab.task(`POST ${path}/100/move_volume`, move)).toMatchObject({ status: 'OK' })
    expect(options(100).slice(1)).toEqual([
      'rootfs: local:100/vm-100-disk-0.raw,size=2G',
      'unused0: local-lvm:vm-100-disk-0',
    ])
    await lab.task(`POST ${path}/100/move_volume`, { volume: 'mp0', storage: 'local', delete: 1 })
    expect(options(100)[0]).toBe('mp0: local:100/vm-100-disk-1.raw,mp=/data,size=1G')
    expect(lab.volumes()).toEqual(['vm-100-disk-0'])
  })

  it('goes to another container', async () => {
    const params = { volume: 'mp0', 'target-vmid': 101, 'target-volume': 'mp3' }
    expect(await lab.task(`POST ${path}/100/move_volume`, params)).toEqual({
      type: 'move_volume',
      status: 'OK',
      log: [
        "moving volume 'mp0' from container '100' to '101'",
        '  Renamed "vm-100-disk-1" to "vm-101-disk-0" in volume group "pve"',
        '  Logical volume pve/vm-101-disk-0 changed.',
        "removing volume 'mp0' from container '100' config",
        "target container '101' updated with 'mp3'",
      ],
    })
    expect(options(100)).toEqual(['rootfs: local-lvm:vm-100-disk-0,size=2G'])
    expect(options(101)[0]).toBe('mp3: local-lvm:vm-101-disk-0,mp=/data,size=1G')
  })

  it.each([
    [{ volume: 'rootfs', 'target-vmid': 101 }, "500 Cannot move to/from 'rootfs'"],
    [{ volume: 'mp0', 'target-vmid': 999 }, '500 could not find target CT 999'],
    [
      { volume: 'unused0', storage: 'local' },
      "500 cannot move volume 'unused0', only configured volumes can be moved to another storage",
    ],
    [{ volume: 'mp9', 'target-vmid': 101 }, "500 volume 'mp9' for container '100' does not exist"],
    [
      { volume: 'mp0', storage: 'local', 'target-vmid': 101 },
      '500 either set storage or target-vmid, but not both',
    ],
  ])('does not move with %j', async (params, refusal) => {
    expect(await lab.root(`POST ${path}/100/move_volume`, params)).toBe(refusal)
  })
})

describe('a clone of a container', () => {
  it('has volumes and addresses of its own', async () => {
    const params = { newid: 110, hostname: 'copy', description: 'x', storage: 'local' }
    await lab.root(`PUT ${path}/100/config`, { net0: 'name=eth0,bridge=vmbr0', tags: 'a' })
    const cloned = await lab.task(`POST ${path}/100/clone`, params)
    expect(cloned).toMatchObject({ type: 'vzclone', status: 'OK' })
    expect(Object(cloned).log[0]).toBe('creating a clone of container 100 with ID 110')
    expect(options(110)).toEqual([
      'mp0: local:110/vm-110-disk-0.raw,mp=/data,size=1G',
      'rootfs: local:110/vm-110-disk-1.raw,size=2G',
    ])
    expect(options(100).some((line) => line.startsWith('lock'))).toBe(false)
    const addresses = [100, 110].map((vmid) => /hwaddr=([^,]*)/.exec(lab.ctConf(vmid) ?? '')?.[1])
    expect(new Set(addresses).size).toBe(2)
    expect(lab.ctConf(110)).toContain('#x\narch: amd64\nhostname: copy\n')
    expect(lab.file('firewall/110.fw')).toBe(lab.file('firewall/100.fw'))
  })

  it('of a template is linked to it, where the storage can', async () => {
    await lab.root(`POST ${path}/100/template`)
    await lab.simulator.idle()
    expect(options(100)).toEqual([
      'mp0: local-lvm:base-100-disk-1,mp=/data,size=1G',
      'rootfs: local-lvm:base-100-disk-0,size=2G',
    ])
    const linked = await lab.task(`POST ${path}/100/clone`, { newid: 110 })
    expect(Object(linked).log[1]).toBe(
      'create linked clone of mount point mp0 (local-lvm:base-100-disk-1)',
    )
    expect(lab.ctConf(110)).not.toContain('template')
    await lab.root(`POST ${path}/101/template`)
    await lab.simulator.idle()
    expect(await lab.root(`POST ${path}/101/clone`, { newid: 111 })).toBe(
      "500 Linked clone feature for 'local:101/base-101-disk-0.raw' is not available",
    )
    expect(lab.ctConf(111)).toBeUndefined()
    expect(options(101)).toEqual(['rootfs: local:101/base-101-disk-0.raw,size=1G'])
  })

  it('takes an id that nobody has, and room that is there', async () => {
    expect(await lab.root(`POST ${path}/100/clone`, { newid: 101 })).toBe(
      "500 CT 101 already exists on node 'pve1'",
    )
    const iso = { newid: 110, storage: 'iso' }
    expect(await lab.task(`POST ${path}/100/clone`, iso)).toMatchObject({
      status:
        "clone failed: content type 'rootdir' is not available or configured on storage 'iso'",
    })
    expect(lab.ctConf(110)).toBeUndefined()
    expect(options(100).some((line) => line.startsWith('lock'))).toBe(false)
  })
})

describe('a container that is destroyed', () => {
  it('takes its volumes, rights and rules along', async () => {
    await lab.root(`PUT ${path}/100/config`, { delete: 'mp0' })
    expect(await lab.task(`DELETE ${path}/100`)).toEqual({
      type: 'vzdestroy',
      status: 'OK',
      log: [
        '  Logical volume "vm-100-disk-0" successfully removed.',
        '  Logical volume "vm-100-disk-1" successfully removed.',
      ],
    })
    expect(lab.volumes()).toEqual([])
    expect(lab.ctConf(100)).toBeUndefined()
    expect(lab.file('firewall/100.fw')).toBeUndefined()
  })

  it('runs no more only if that is forced', async () => {
    await lab.root(`PUT ${path}/101/config`, { protection: 1 })
    expect(await lab.root(`DELETE ${path}/101`)).toBe(
      "500 can't remove CT 101 - protection mode enabled",
    )
    await lab.task(`POST ${path}/100/status/start`)
    expect(await lab.root(`DELETE ${path}/100`)).toBe(
      '500 unable to destroy CT 100 - container is running',
    )
    const forced = await lab.task(`DELETE ${path}/100`, { force: 1 })
    expect(Object(forced).log[0]).toBe('forced to stop CT 100 before destroying!')
  })
})
