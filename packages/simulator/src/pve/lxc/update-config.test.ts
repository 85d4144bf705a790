import { beforeEach, describe, expect, it } from 'vitest'
import { masked, vmLab, type VmLab } from '../../../test/vm-lab.js'

const config = `arch: amd64
cores: 1
hostname: web
memory: 512
mp0: local-lvm:vm-100-disk-1,mp=/data,size=1G
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp,type=veth
ostype: debian
rootfs: local-lvm:vm-100-disk-0,size=4G
swap: 512
unprivileged: 1
`
const path = 'nodes/pve1/lxc/100.conf'
const put = 'PUT /nodes/pve1/lxc/100/config'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    files: { [path]: config },
    acl: [{ path: '/', role: 'PVEVMAdmin', user: 'alice@pve' }],
  })
})

/** Lines of the stored configuration that were not there at first. */
function added(): string[] {
  return (masked(lab.file(path)) ?? '')
    .split('\n')
    .filter((line) => !masked(config)?.split('\n').includes(line))
}

describe('the configuration of a stopped container', () => {
  it('takes options in their printed form, sorted', async () => {
    const params = {
      tags: 'b;a;b',
      nameserver: '192.0.2.1,192.0.2.2',
      net1: 'bridge=vmbr0,name=eth1',
      description: 'one\nü',
    }
    expect(await lab.root(put, params)).toBeNull()
    expect(added()).toEqual([
      '#one',
      '#%C3%BC',
      'nameserver: 192.0.2.1 192.0.2.2',
      'net1: name=eth1,bridge=vmbr0,hwaddr=<mac>,type=veth',
      'tags: a;b',
    ])
  })

  it('makes volumes for mount points, and lists the ones that leave as unused', async () => {
    expect(await lab.root(put, { mp0: 'local-lvm:2,mp=/data', mp1: 'local:0,mp=/dir' })).toBeNull()
    expect(added()).toEqual([
      'mp0: local-lvm:vm-100-disk-2,mp=/data,size=2G',
      'mp1: local:100/subvol-100-disk-0.subvol,mp=/dir,size=0T',
      'unused0: local-lvm:vm-100-disk-1',
    ])
    expect(await lab.root(put, { mp2: 'local-lvm:vm-100-disk-1,mp=/old' })).toBeNull()
    expect(added()).not.toContain('unused0: local-lvm:vm-100-disk-1')
  })

  it('destroys a volume with its unused entry, unless a snapshot needs it', async () => {
    await lab.task('POST /nodes/pve1/lxc/100/snapshot', { snapname: 'one' })
    expect(await lab.root(put, { delete: 'mp0' })).toBeNull()
    expect(await lab.root(put, { mp3: 'local-lvm:1,mp=/three' })).toBeNull()
    expect(await lab.root(put, { delete: 'mp3' })).toBeNull()
    expect(await lab.root(put, { delete: 'unused0,unused1' })).toBeNull()
    expect(lab.volumes()).toEqual(['vm-100-disk-0', 'vm-100-disk-1'])
  })

  it('loses nothing when a volume cannot be made', async () => {
    const full = await lab.root(put, { mp5: 'iso:1,mp=/x' })
    expect(full).toBe("500 storage 'iso' does not allow content type 'rootdir' (Container)")
    expect(await lab.root(put, { mp5: 'none:1,mp=/x' })).toBe("500 storage 'none' does not exist")
    expect(lab.file(path)).toBe(config)
  })

  it.each([
    [{ delete: 'memory' }, "500 unable to delete required option 'memory'"],
    [{ delete: 'unprivileged' }, "500 unable to delete read-only option: 'unprivileged'"],
    [{ unprivileged: 0 }, "500 unable to modify read-only option: 'unprivileged'"],
    [
      { net9: 'name=eth9,bridge=vmbr0,mtu=9000' },
      "500 net9: MTU size '9000' is bigger than bridge MTU '1500'",
    ],
    [
      { digest: 'x', cores: 2 },
      '500 detected modified configuration - file changed by other user? Try again.',
    ],
    [
      { mp9: 'local:1,mp=/i,idmap=u:0:5:4;u:3:9:1' },
      "500 invalid map entry 'u 3 9 1': container uid 3 is also mapped by entry 'u 0 5 4'",
    ],
    [
      { hookscript: 'local:iso/debian.iso' },
      "500 'local:iso/debian.iso' is not in the snippets directory",
    ],
    [{}, '500 no options specified'],
  ])('refuses %j', async (params, refusal) => {
    expect(await lab.root(put, params)).toBe(refusal)
  })

  it('is stored before a missing bridge is noticed', async () => {
    const params = { net4: 'name=eth4,bridge=vmbr9' }
    expect(await lab.root(put, params)).toBe("500 bridge 'vmbr9' does not exist")
    expect(added()).toEqual(['net4: name=eth4,bridge=vmbr9,hwaddr=<mac>,type=veth'])
  })
})

describe('the rights to change a container', () => {
  it.each([
    [
      'mount points of the node',
      { mp1: '/mnt,mp=/mnt' },
      '403 Permission check failed (mount point type bind is only allowed for root@pam)',
    ],
    [
      'devices',
      { dev0: '/dev/fuse' },
      '403 Permission check failed (configuring device passthrough is only allowed for root@pam)',
    ],
    [
      'most features',
      { features: 'fuse=1' },
      '403 Permission check failed (changing feature flags (except nesting) is only allowed for root@pam)',
    ],
    [
      'scripts',
      { hookscript: 'local:snippets/x' },
      '403 Permission check failed (changing the hookscript is only allowed for root@pam)',
    ],
    [
      'storages',
      { mp1: 'local:1,mp=/x' },
      '403 Permission check failed (/storage/local, Datastore.AllocateSpace)',
    ],
    [
      'networks',
      { net1: 'name=eth1,bridge=vmbr0' },
      '403 Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)',
    ],
  ])('keep an administrator of guests from %s', async (_, params, refusal) => {
    expect(await lab.as('alice@pve')(put, params)).toBe(refusal)
  })

  it('let an administrator of guests allow nesting', async () => {
    expect(await lab.as('alice@pve')(put, { features: 'nesting=1' })).toBeNull()
    expect(added()).toEqual(['features: nesting=1'])
  })
})

describe('the configuration of a running container', () => {
  beforeEach(async () => {
    await lab.task('POST /nodes/pve1/lxc/100/status/start')
  })

  it('changes at once where it can, and waits otherwise', async () => {
    const params = { memory: 1024, hostname: 'new', mp1: 'local-lvm:1,mp=/x', tty: 4, arch: 'i386' }
    expect(await lab.root(put, { ...params, delete: 'cores' })).toBeNull()
    expect(added()).toEqual([
      'hostname: new',
      'memory: 1024',
      'mp1: local-lvm:vm-100-disk-2,mp=/x,size=1G',
      '[pve:pending]',
      'arch: i386',
      'tty: 4',
    ])
    expect(await lab.root(put, { revert: 'tty' })).toBeNull()
    expect(await lab.root(put, { delete: 'mp0' })).toBeNull()
    expect(added().slice(3)).toEqual(['[pve:pending]', 'arch: i386', 'delete: mp0'])
  })

  it('gets what waits when it starts anew', async () => {
    await lab.root(put, { tty: 4, delete: 'mp0' })
    await lab.task('POST /nodes/pve1/lxc/100/status/reboot')
    expect(added()).toEqual(['tty: 4', 'unused0: local-lvm:vm-100-disk-1'])
  })

  it('tells which option could not be changed', async () => {
    expect(await lab.root(put, { net1: 'name=eth1,bridge=vmbr9' })).toEqual({
      status: 400,
      errors: { net1: "unable to hotplug net1: bridge 'vmbr9' does not exist\n" },
    })
    expect(lab.file(path)).toBe(config)
  })
})

it('a device of a container needs a path', async () => {
  expect(await lab.root(put, { dev0: 'uid=100' })).toBe('500 Path has to be defined')
  expect(await lab.root(put, { dev0: 'path=/dev/fuse,uid=100' })).toBeNull()
})
