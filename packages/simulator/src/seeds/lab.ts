import { createHash } from 'node:crypto'
import type { Seed, SeedGuest } from './seed.js'

/**
 * The built-in cluster `lab`: three nodes, a dozen guests of both kinds, local and shared storage, users with their
 * rights.
 *
 * Passwords: `proxkit` for root@pam, `proxkit-alice`, `proxkit-bob`, `proxkit-auditor` for the others. Token for
 * scripts: `root@pam!ci=00000000-0000-4000-8000-000000000001`.
 */
export const lab: Seed = {
  cluster: 'lab',
  nodes: {
    pve1: { ip: '192.0.2.11', cpus: 16, memory: '64G' },
    pve2: { ip: '192.0.2.12', cpus: 16, memory: '64G' },
    pve3: { ip: '192.0.2.13', cpus: 8, memory: '32G' },
  },
  storage: {
    local: {
      type: 'dir',
      size: '100G',
      path: '/var/lib/vz',
      content: 'iso,vztmpl,backup,import',
      volumes: [
        { volume: 'iso/debian-13.1.0-amd64-netinst.iso', size: 821_035_008 },
        { volume: 'vztmpl/debian-13-standard_13.1-2_amd64.tar.zst', size: 129_710_398 },
      ],
    },
    'local-lvm': {
      type: 'lvmthin',
      size: '800G',
      thinpool: 'data',
      vgname: 'pve',
      content: 'rootdir,images',
    },
    tank: {
      type: 'nfs',
      size: '4T',
      export: '/export/tank',
      path: '/mnt/pve/tank',
      server: '192.0.2.5',
      content: 'images,rootdir,iso,vztmpl,backup,snippets',
    },
  },
  guests: [
    qemu(100, 'pve1', {
      name: 'web-1',
      tags: 'prod;web',
      cores: 2,
      memory: 4096,
      disk: 'local-lvm:vm-100-disk-0,iothread=1,size=32G',
    }),
    qemu(101, 'pve1', {
      name: 'web-2',
      tags: 'prod;web',
      cores: 2,
      memory: 4096,
      disk: 'tank:101/vm-101-disk-0.qcow2,iothread=1,size=32G',
    }),
    qemu(102, 'pve2', {
      name: 'db-1',
      tags: 'db;prod',
      cores: 4,
      memory: 16_384,
      disk: 'local-lvm:vm-102-disk-0,iothread=1,size=64G',
      more: { scsi1: 'local-lvm:vm-102-disk-1,iothread=1,size=200G', startup: 'order=1,up=30' },
    }),
    qemu(103, 'pve2', {
      name: 'db-2',
      tags: 'db',
      cores: 4,
      memory: 16_384,
      disk: 'tank:103/vm-103-disk-0.qcow2,iothread=1,size=64G',
      stopped: true,
    }),
    qemu(104, 'pve3', {
      name: 'ci-runner',
      tags: 'ci',
      cores: 4,
      memory: 8192,
      disk: 'local-lvm:vm-104-disk-0,iothread=1,size=40G',
    }),
    qemu(105, 'pve3', {
      name: 'desktop',
      cores: 4,
      memory: 8192,
      disk: 'local-lvm:vm-105-disk-1,iothread=1,size=60G',
      stopped: true,
      more: {
        bios: 'ovmf',
        efidisk0: 'local-lvm:vm-105-disk-0,efitype=4m,pre-enrolled-keys=1,size=4M',
        ide2: 'local:iso/debian-13.1.0-amd64-netinst.iso,media=cdrom,size=783M',
        machine: 'q35',
        boot: 'order=scsi0;ide2;net0',
      },
    }),
    qemu(106, 'pve1', {
      name: 'sandbox',
      tags: 'test',
      cores: 1,
      memory: 2048,
      disk: 'local-lvm:vm-106-disk-0,iothread=1,size=8G',
      stopped: true,
      more: { description: "Bob's playground" },
    }),
    qemu(9000, 'pve1', {
      name: 'debian-13',
      tags: 'template',
      cores: 1,
      memory: 2048,
      disk: 'local-lvm:base-9000-disk-0,size=8G',
      stopped: true,
      more: {
        template: 1,
        ide2: 'local-lvm:vm-9000-cloudinit,media=cdrom,size=4M',
        ciuser: 'debian',
        ipconfig0: 'ip=dhcp',
      },
    }),
    lxc(200, 'pve1', {
      hostname: 'dns-1',
      tags: 'infra;prod',
      memory: 512,
      rootfs: 'local-lvm:vm-200-disk-0,size=8G',
      more: { onboot: 1 },
    }),
    lxc(201, 'pve2', {
      hostname: 'proxy',
      tags: 'infra',
      memory: 1024,
      rootfs: 'local-lvm:vm-201-disk-0,size=8G',
    }),
    lxc(202, 'pve2', {
      hostname: 'mail',
      tags: 'infra',
      memory: 2048,
      rootfs: 'local-lvm:vm-202-disk-0,size=16G',
      stopped: true,
      more: { mp0: 'local-lvm:vm-202-disk-1,backup=1,mp=/var/mail,size=50G' },
    }),
    lxc(203, 'pve3', {
      hostname: 'metrics',
      tags: 'infra',
      memory: 2048,
      rootfs: 'tank:203/vm-203-disk-0.raw,size=20G',
    }),
  ],
  users: {
    'root@pam': {
      email: 'root@example.com',
      tokens: {
        ci: {
          secret: '00000000-0000-4000-8000-000000000001',
          privsep: false,
          comment: 'for scripts',
        },
      },
    },
    'alice@pve': {
      password: 'proxkit-alice',
      firstname: 'Alice',
      email: 'alice@example.com',
      tokens: { deploy: { secret: '00000000-0000-4000-8000-000000000002' } },
    },
    'bob@pve': { password: 'proxkit-bob', firstname: 'Bob' },
    'auditor@pve': { password: 'proxkit-auditor', comment: 'may look at everything' },
  },
  groups: { ops: { members: ['alice@pve', 'bob@pve'], comment: 'operators' } },
  pools: {
    production: { comment: 'what must run', guests: [100, 101, 102, 200], storage: ['tank'] },
    playground: { guests: [106] },
  },
  acl: [
    { path: '/', role: 'PVEAuditor', user: 'auditor@pve' },
    { path: '/pool/production', role: 'PVEVMAdmin', group: 'ops' },
    { path: '/pool/production', role: 'PVEVMUser', token: 'alice@pve!deploy' },
    { path: '/storage', role: 'PVEDatastoreUser', group: 'ops' },
    { path: '/vms/106', role: 'PVEVMAdmin', user: 'bob@pve' },
  ],
}

interface Description {
  readonly tags?: string
  readonly memory: number
  readonly stopped?: true
  readonly more?: Readonly<Record<string, string | number>>
}

function qemu(
  vmid: number,
  node: string,
  guest: Description & { readonly name: string; readonly cores: number; readonly disk: string },
): SeedGuest {
  const { name, tags, cores, memory, disk, stopped, more } = guest
  return {
    vmid,
    node,
    running: !stopped,
    config: {
      agent: 'enabled=1',
      boot: 'order=scsi0;net0',
      cores,
      cpu: 'x86-64-v2-AES',
      memory,
      meta: 'creation-qemu=10.1.2,ctime=1767225600',
      name,
      net0: `virtio=${mac(vmid)},bridge=vmbr0,firewall=1`,
      numa: 0,
      ostype: 'l26',
      scsi0: disk,
      scsihw: 'virtio-scsi-single',
      smbios1: `uuid=${uuid(`smbios ${vmid}`)}`,
      sockets: 1,
      ...(tags && { tags }),
      vmgenid: uuid(`generation ${vmid}`),
      ...more,
    },
  }
}

function lxc(
  vmid: number,
  node: string,
  guest: Description & { readonly hostname: string; readonly rootfs: string },
): SeedGuest {
  const { hostname, tags, memory, rootfs, stopped, more } = guest
  return {
    vmid,
    type: 'lxc',
    node,
    running: !stopped,
    config: {
      arch: 'amd64',
      cores: 1,
      features: 'nesting=1',
      hostname,
      memory,
      net0: `name=eth0,bridge=vmbr0,firewall=1,hwaddr=${mac(vmid)},ip=dhcp,type=veth`,
      ostype: 'debian',
      rootfs,
      swap: 512,
      ...(tags && { tags }),
      unprivileged: 1,
      ...more,
    },
  }
}

/** The same one at every start, so that snapshots of fresh clusters are equal. */
function uuid(name: string): string {
  const hash = createHash('sha1').update(name).digest('hex')
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `4${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-')
}

/** In the range that the product draws from. */
function mac(vmid: number): string {
  const digits = vmid.toString(16).toUpperCase().padStart(6, '0')
  return `BC:24:11:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`
}
