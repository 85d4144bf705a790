import { beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../../engine/clock.js'
import { Cluster } from '../cluster.js'
import { ClusterState } from '../state.js'
import { mediumOf } from './medium.js'
import type { Allocation, Storages } from './storages.js'

const storageCfg = `dir: local
	path /var/lib/vz
	content iso,vztmpl,backup,images,snippets,import,rootdir

lvmthin: thin
	thinpool data
	vgname pve

lvm: thick
	vgname vg0

zfspool: tank
	pool tank/vm
	sparse 1

rbd: ceph
	pool vms

btrfs: fast
	path /fast

nfs: share
	export /srv/x
	server 10.0.0.5
	content images,iso

nfs: self
	export /srv/x
	server 127.0.0.1

dir: off
	disable
	path /off

dir: elsewhere
	path /else
	nodes pve2

pbs: backups
	datastore main
	server pbs.example.test
`

const GiB = 2 ** 30
const MiB = 2 ** 20
let cluster: Cluster
let storages: Storages

beforeEach(() => {
  const clock = manualClock({ start: 1_767_225_600_000 })
  const state = new ClusterState(clock)
  cluster = new Cluster(state, clock)
  storages = cluster.storages
  state.config.write('storage.cfg', storageCfg)
  state.config.write('nodes/pve1/lxc/200.conf', '')
  for (const id of ['thin', 'thick', 'tank', 'fast']) {
    const { key, ...size } = mediumOf(storages.require(id), 'pve1')
    state.backings.require(key, size)
  }
})

const allocate = (storage: string, options: Partial<Allocation> = {}): string =>
  storages.allocate({ storage, node: 'pve1', vmid: 100, size: GiB, ...options })

const sizeOn = (storage: string): number =>
  storages.requireVolume(allocate(storage, { size: 1049 * 1024 }), 'pve1').stored.size

function parse(volid: string): unknown {
  const { storage: _, ...rest } = storages.parse(volid)
  return rest
}

const used = (storage: string): number | undefined => storages.usage(storage, 'pve1')?.used

describe('entries', () => {
  it('have the defaults of their type', () => {
    const share = storages.require('share')
    expect(share.options.path).toBe('/mnt/pve/share')
    expect(share.shared).toBe(true)
    expect([...storages.require('thin').content]).toEqual(['images', 'rootdir'])
    expect([...storages.require('thick').content]).toEqual(['images'])
  })

  it('always contain local, which has no node restriction', () => {
    cluster.config.write('storage.cfg', 'dir: local\n\tpath /x\n\tnodes pve2\n')
    expect(storages.require('local').options).toEqual({
      path: '/var/lib/vz',
      'prune-backups': 'keep-all=1',
      priority: '0',
      content: 'backup,images,iso,rootdir,snippets,vztmpl',
    })
    cluster.config.write('storage.cfg', 'dir: local\n\tpath /var/lib/vz\n\tnodes pve2\n')
    expect(storages.isEnabled('local', 'pve1')).toBe(true)
  })

  it('tell why they cannot be used', () => {
    const use = (id: string) => () => storages.requireActive(id, 'pve1')
    expect(use('none')).toThrow("storage 'none' does not exist")
    expect(use('off')).toThrow("storage 'off' is disabled")
    expect(use('elsewhere')).toThrow("storage 'elsewhere' is not available on node 'pve1'")
    expect(use('self')).toThrow("storage 'self' is not online")
    expect(storages.usage('self', 'pve1')).toBeUndefined()
    expect(storages.requireActive('elsewhere', 'pve2').id).toBe('elsewhere')
  })

  it('need the pool, volume group or file system that they name', () => {
    const use = (id: string) => () => storages.requireActive(id, 'pve2')
    expect(use('thin')).toThrow('no such logical volume pve/data')
    expect(use('tank')).toThrow(
      "could not activate storage 'tank', zfs error: cannot import 'tank': no such pool available",
    )
    expect(use('fast')).toThrow("'/fast' is not a btrfs file system")
    expect(storages.volumes('thick', 'pve2')).toEqual([])
    expect(storages.usage('thick', 'pve2')).toBeUndefined()
    expect(() =>
      storages.allocate({ storage: 'thick', node: 'pve2', vmid: 100, size: GiB }),
    ).toThrow("no such volume group 'vg0'")
  })
})

describe('allocate', () => {
  it('takes the lowest free number per storage and guest', () => {
    expect(allocate('local')).toBe('local:100/vm-100-disk-0.raw')
    expect(allocate('local', { format: 'qcow2' })).toBe('local:100/vm-100-disk-1.qcow2')
    expect(allocate('thin')).toBe('thin:vm-100-disk-0')
    expect(allocate('thin')).toBe('thin:vm-100-disk-1')
    expect(allocate('thin', { vmid: 101 })).toBe('thin:vm-101-disk-0')
    storages.free('thin:vm-100-disk-0', 'pve1')
    expect(allocate('thin')).toBe('thin:vm-100-disk-0')
  })

  it('numbers each format for itself where there are no subvolumes', () => {
    expect(allocate('share')).toBe('share:100/vm-100-disk-0.raw')
    expect(allocate('share', { format: 'qcow2' })).toBe('share:100/vm-100-disk-0.qcow2')
  })

  it('names subvolumes of containers', () => {
    expect(allocate('tank', { vmid: 200, format: 'subvol' })).toBe('tank:subvol-200-disk-0')
    expect(allocate('local', { vmid: 200, format: 'subvol', size: 0 })).toBe(
      'local:200/subvol-200-disk-0.subvol',
    )
  })

  it('keeps a given name and checks it against the format and the guest', () => {
    expect(allocate('thin', { name: 'vm-100-cloudinit' })).toBe('thin:vm-100-cloudinit')
    expect(() => allocate('thin', { name: 'vm-101-x' })).toThrow(
      "illegal name 'vm-101-x' - should be 'vm-100-*'",
    )
    expect(() => allocate('local', { name: 'vm-100-x.qcow2' })).toThrow(
      "illegal name 'vm-100-x.qcow2' - wrong extension for format ('qcow2 != 'raw')",
    )
    allocate('local', { name: 'vm-100-x.raw' })
    expect(() => allocate('local', { name: 'vm-100-x.raw' })).toThrow(
      "disk image '/var/lib/vz/images/100/vm-100-x.raw' already exists",
    )
  })

  it('rounds sizes as the type does', () => {
    expect(sizeOn('local')).toBe(1049 * 1024)
    expect(sizeOn('thin')).toBe(4 * MiB)
    expect(sizeOn('thick')).toBe(4 * MiB)
    expect(sizeOn('tank')).toBe(2 * MiB)
    expect(sizeOn('ceph')).toBe(2 * MiB)
  })

  it('takes space at once only on thick storages', () => {
    for (const storage of ['thin', 'thick', 'local', 'tank']) {
      const before = used(storage) ?? 0
      allocate(storage)
      expect([storage, (used(storage) ?? 0) - before]).toEqual([
        storage,
        storage === 'thick' ? GiB : 0,
      ])
    }
    const before = used('thin') ?? 0
    allocate('thin', { used: 3 * MiB })
    expect(used('thin')).toBe(before + 3 * MiB)
  })

  it('refuses what does not fit on a thick storage', () => {
    expect(() => allocate('thick', { size: 500 * GiB })).toThrow(
      'lvcreate \'vg0/vm-100-disk-0\' error:   Volume group "vg0" has insufficient free space (102400 extents): 128000 required.',
    )
  })

  it('refuses storages that hold no images', () => {
    expect(() => allocate('backups')).toThrow("can't allocate space in pbs storage")
  })
})

describe('parse', () => {
  it('takes volume ids apart', () => {
    const none = { vmid: undefined, base: undefined, isBase: false }
    expect(parse('local:113/base-113-disk-0.qcow2/140/vm-140-disk-0.qcow2')).toEqual({
      content: 'images',
      name: 'vm-140-disk-0.qcow2',
      vmid: 140,
      base: { name: 'base-113-disk-0.qcow2', vmid: 113 },
      isBase: false,
      format: 'qcow2',
    })
    expect(parse('local:iso/debian.iso')).toEqual({
      ...none,
      content: 'iso',
      name: 'debian.iso',
      format: 'raw',
    })
    expect(parse('local:backup/vzdump-qemu-100-2026_01_02-03_04_05.vma.zst')).toEqual({
      ...none,
      content: 'backup',
      name: 'vzdump-qemu-100-2026_01_02-03_04_05.vma.zst',
      vmid: 100,
      format: 'raw',
    })
    expect(parse('local:import/a b.ova/disk.vmdk')).toEqual({
      ...none,
      content: 'import',
      name: 'a b.ova/disk.vmdk',
      format: 'ova+vmdk',
    })
    expect(parse('ceph:base-9000-disk-0/vm-100-disk-0')).toEqual({
      content: 'images',
      name: 'vm-100-disk-0',
      vmid: 100,
      base: { name: 'base-9000-disk-0', vmid: 9000 },
      isBase: false,
      format: 'raw',
    })
  })

  it.each([
    ['none:x', "storage 'none' does not exist"],
    ['/dev/sda', "unable to parse volume ID '/dev/sda'"],
    ['local:1G', "unable to parse directory volume name '1G'"],
    ['local:iso/x.txt', "unable to parse directory volume name 'iso/x.txt'"],
    ['local:100/x', "unable to parse volume filename 'x'"],
    [
      'local:100/snap-a-vm-100-disk-0.qcow2',
      "'snap-a-vm-100-disk-0.qcow2' is a snapshot filename, not a volume!",
    ],
    ['thin:disk', "unable to parse lvm volume name 'disk'"],
    ['thin:vm-1/x', "lvm name 'vm-1/x' contains illegal characters"],
    ['ceph:disk', "unable to parse rbd volume name 'disk'"],
    ['tank:disk', "unable to parse zfs volume name 'disk'"],
    ['backups:disk', "unable to parse PBS volume name 'disk'"],
  ])('refuses %s', (volid, text) => {
    expect(() => storages.parse(volid)).toThrow(text)
  })
})

describe('path', () => {
  it.each([
    ['local:iso/x.iso', '/var/lib/vz/template/iso/x.iso'],
    ['local:vztmpl/x.tar.zst', '/var/lib/vz/template/cache/x.tar.zst'],
    ['local:backup/x.vma', '/var/lib/vz/dump/x.vma'],
    ['local:9/base-9-x.raw/100/vm-100-disk-0.qcow2', '/var/lib/vz/images/100/vm-100-disk-0.qcow2'],
    ['share:100/vm-100-disk-0.raw', '/mnt/pve/share/images/100/vm-100-disk-0.raw'],
    ['fast:100/vm-100-disk-0.raw', '/fast/images/100/vm-100-disk-0/disk.raw'],
    ['thin:vm-100-disk-0', '/dev/pve/vm-100-disk-0'],
    ['tank:vm-100-disk-0', '/dev/zvol/tank/vm/vm-100-disk-0'],
    ['tank:subvol-200-disk-0', '/tank/vm/subvol-200-disk-0'],
    [
      'ceph:vm-100-disk-0',
      'rbd:vms/vm-100-disk-0:conf=/etc/pve/ceph.conf:id=admin:keyring=/etc/pve/priv/ceph/ceph.keyring',
    ],
    [
      'backups:backup/vm/100/2026-01-02T03:04:05Z',
      'pbs://root@pam@pbs.example.test:main/vm/100/2026-01-02T03:04:05Z',
    ],
  ])('of %s', (volid, path) => {
    expect(storages.path(volid)).toBe(path)
  })
})

describe('volumes', () => {
  it('lists what the storage may hold, sorted, disks of containers as root directories', () => {
    allocate('local')
    allocate('local', { vmid: 200 })
    const medium = storages.medium('local', 'pve1')
    for (const name of ['template/iso/Z.iso', 'template/iso/a.iso', 'template/iso/b.txt', 'x/y']) {
      medium.add({ name, size: 5, used: 5, ctime: 1 })
    }
    medium.add({ name: 'template/cache/d.tar.zst', size: 5, used: 5, ctime: 1 })
    const listed = storages
      .volumes('local', 'pve1')
      .map(({ volid, content, vmid, format }) => [volid, content, vmid, format])
    expect(listed).toEqual([
      ['local:100/vm-100-disk-0.raw', 'images', 100, 'raw'],
      ['local:200/vm-200-disk-0.raw', 'rootdir', 200, 'raw'],
      ['local:iso/a.iso', 'iso', undefined, 'iso'],
      ['local:iso/Z.iso', 'iso', undefined, 'iso'],
      ['local:vztmpl/d.tar.zst', 'vztmpl', undefined, 'tzst'],
    ])
  })

  it('are the same on every node only when shared', () => {
    allocate('share')
    allocate('thin')
    expect(storages.volumes('share', 'pve2')).toHaveLength(1)
    expect(storages.volumes('thick', 'pve2')).toHaveLength(0)
    expect(storages.volume('thin:vm-100-disk-0', 'pve2')).toBeUndefined()
    expect(() => storages.requireVolume('thin:vm-100-disk-0', 'pve2')).toThrow(
      'no such logical volume pve/vm-100-disk-0',
    )
  })
})

describe('base images and linked clones', () => {
  it.each([
    [
      'local',
      'local:100/base-100-disk-0.raw',
      'local:100/base-100-disk-0.raw/150/vm-150-disk-0.qcow2',
    ],
    ['thin', 'thin:base-100-disk-0', 'thin:vm-150-disk-0'],
    ['tank', 'tank:base-100-disk-0', 'tank:base-100-disk-0/vm-150-disk-0'],
    ['ceph', 'ceph:base-100-disk-0', 'ceph:base-100-disk-0/vm-150-disk-0'],
    ['fast', 'fast:100/base-100-disk-0.raw', 'fast:150/vm-150-disk-0.raw'],
  ])('are named as %s names them', (storage, base, clone) => {
    const volid = storages.createBase(allocate(storage), 'pve1')
    expect(volid).toBe(base)
    expect(storages.clone(volid, { node: 'pve1', vmid: 150 })).toBe(clone)
    expect(storages.requireVolume(clone, 'pve1').stored.size).toBe(GiB)
    expect(storages.volumes(storage, 'pve1').map((volume) => volume.volid)).toEqual(
      [base, clone].toSorted(),
    )
  })

  it('a base in use cannot be removed, except from a thin pool', () => {
    for (const storage of ['local', 'tank', 'thin']) {
      const base = storages.createBase(allocate(storage), 'pve1')
      const clone = storages.clone(base, { node: 'pve1', vmid: 150 })
      const remove = (): boolean => storages.free(base, 'pve1')
      if (storage === 'thin') remove()
      else expect(remove).toThrow(`base volume '${base.slice(storage.length + 1)}' is still in use`)
      storages.free(clone, 'pve1')
      expect(remove).not.toThrow()
    }
  })

  it('need a base image', () => {
    expect(() => storages.clone(allocate('thin'), { node: 'pve1', vmid: 150 })).toThrow(
      'clone_image only works on base images',
    )
    expect(() => storages.createBase(allocate('thick'), 'pve1')).toThrow(
      "can't create base images in lvm storage",
    )
  })
})

describe('resize', () => {
  it('rounds up and accounts for it', () => {
    const volid = allocate('thick')
    const before = used('thick') ?? 0
    expect(storages.resize(volid, { node: 'pve1', size: GiB + 1 })).toBe(GiB + 4 * MiB)
    expect(used('thick')).toBe(before + 4 * MiB)
  })
})

describe('reassign', () => {
  it('gives a disk the next name of the other guest', () => {
    allocate('thin', { vmid: 101 })
    expect(storages.reassign(allocate('thin'), { node: 'pve1', vmid: 101 })).toBe(
      'thin:vm-101-disk-1',
    )
    expect(storages.reassign(allocate('local'), { node: 'pve1', vmid: 101 })).toBe(
      'local:101/vm-101-disk-0.raw',
    )
  })
})

describe('hasFeature', () => {
  it.each([
    ['snapshot', 'local:100/vm-100-disk-0.raw', false],
    ['snapshot', 'local:100/vm-100-disk-0.qcow2', true],
    ['snapshot', 'thin:vm-100-disk-0', true],
    ['snapshot', 'thick:vm-100-disk-0', false],
    ['clone', 'thin:vm-100-disk-0', false],
    ['clone', 'thin:base-100-disk-0', true],
    ['template', 'thick:vm-100-disk-0', false],
    ['copy', '/dev/sda', false],
  ] as const)('%s of %s', (feature, volid, expected) => {
    expect(storages.hasFeature(feature, volid)).toBe(expected)
  })
})
