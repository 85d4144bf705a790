import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const cloudinit = '/nodes/pve1/qemu/100/cloudinit'
const settings = {
  name: 'web',
  ciuser: 'joe',
  cipassword: '$5$x$y',
  sshkeys: 'ssh-rsa%20AAAA%20joe%0A',
  ipconfig0: 'ip=10.0.0.5/23,gw=10.0.0.1,ip6=auto',
  nameserver: '192.0.2.1 192.0.2.2',
  searchdomain: 'example.com',
  net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
  net1: 'virtio=BC:24:11:00:00:02,bridge=vmbr0',
}
let lab: VmLab

function labWith(config: Record<string, string>, running = false): VmLab {
  return vmLab({
    guests: [{ vmid: 100, node: 'pve1', running, config: { ...settings, ...config } }],
    acl: [{ path: '/vms/100', role: 'PVEAuditor', user: 'alice@pve' }],
  })
}

beforeEach(() => {
  lab = labWith({})
})

async function dump(type: string): Promise<unknown> {
  return lab.root(`GET ${cloudinit}/dump`, { type })
}

describe('the data of a cloud-init drive', () => {
  it('names host and user', async () => {
    expect(await dump('user')).toBe(
      [
        '#cloud-config',
        'hostname: web',
        'manage_etc_hosts: true',
        'fqdn: web.example.com',
        'user: joe',
        'password: $5$x$y',
        'ssh_authorized_keys:',
        '  - ssh-rsa AAAA joe',
        'chpasswd:',
        '  expire: False',
        'users:',
        '  - default',
        'package_upgrade: true',
        '',
      ].join('\n'),
    )
  })

  it('hides the password from whoever may not set it', async () => {
    const answer = await lab.as('alice@pve')(`GET ${cloudinit}/dump`, { type: 'user' })
    expect(answer).toContain('password: **********\n')
  })

  it('describes the network', async () => {
    expect(await dump('network')).toBe(
      [
        'version: 1',
        'config:',
        '    - type: physical',
        '      name: eth0',
        "      mac_address: 'bc:24:11:00:00:01'",
        '      subnets:',
        '      - type: static',
        "        address: '10.0.0.5'",
        "        netmask: '255.255.254.0'",
        "        gateway: '10.0.0.1'",
        '      - type: ipv6_slaac',
        '    - type: nameserver',
        '      address:',
        "      - '192.0.2.1'",
        "      - '192.0.2.2'",
        '      search:',
        "      - 'example.com'",
        '',
      ].join('\n'),
    )
  })

  it('has an identity that follows from the rest', async () => {
    const first = await dump('meta')
    expect(first).toMatch(/^instance-id: [0-9a-f]{40}\n$/)
    expect(await dump('meta')).toBe(first)
    await lab.root('PUT /nodes/pve1/qemu/100/config', { ciuser: 'eve' })
    expect(await dump('meta')).not.toBe(first)
  })

  it('has the words of the other format for Windows', async () => {
    lab = labWith({ ostype: 'win11' })
    expect(await dump('network')).toBe(
      [
        'auto lo',
        'iface lo inet loopback',
        '',
        '        dns_nameservers 192.0.2.1 192.0.2.2',
        '        dns_search example.com',
        'auto eth0',
        'iface eth0 inet static',
        '        address 10.0.0.5',
        '        netmask 255.255.254.0',
        '        gateway 10.0.0.1',
        'iface eth0 inet6 auto',
        '',
      ].join('\n'),
    )
    expect(await dump('meta')).toMatch(/^\{\n {5}"uuid": "[0-9a-f]{40}",\n/)
  })
})

describe('the settings of a cloud-init drive', () => {
  it('are told with what changed since it was written', async () => {
    lab = labWith({ ide2: 'local-lvm:vm-100-cloudinit,media=cdrom' }, true)
    const change = { ciuser: 'eve', delete: 'searchdomain' }
    expect(await lab.root('PUT /nodes/pve1/qemu/100/config', change)).toBeNull()
    await lab.root('PUT /nodes/pve1/qemu/100/config', { citype: 'nocloud' })
    const rows = await lab.root(`GET ${cloudinit}`)
    expect(rows).toContainEqual({ key: 'ciuser', value: 'joe', pending: 'eve' })
    expect(rows).toContainEqual({ key: 'searchdomain', delete: 1 })
    expect(rows).toContainEqual({ key: 'citype', pending: 'nocloud' })
    expect(rows).toContainEqual({ key: 'cipassword', value: '**********' })

    expect(await lab.root(`PUT ${cloudinit}`)).toBeNull()
    expect(await lab.root(`GET ${cloudinit}`)).toContainEqual({ key: 'ciuser', value: 'eve' })
    expect(lab.conf(100)).not.toContain('[special:cloudinit]')
  })
})

it.each([
  [
    'local-lvm:vm-101-cloudinit',
    [
      '  Logical volume "vm-101-cloudinit" created.',
      '  Logical volume pve/vm-101-cloudinit changed.',
    ],
  ],
  ['local:101/vm-101-cloudinit.qcow2', [expect.stringMatching(/^Formatting .*vm-101-cloudinit/)]],
])('a drive whose volume %s has gone is made anew with its image', async (volid, lines) => {
  const [storage = ''] = volid.split(':')
  await lab.task('POST /nodes/pve1/qemu', { vmid: 101, ide2: `${storage}:cloudinit` })
  expect(lab.conf(101)).toContain(`ide2: ${volid},media=cdrom\n`)
  await lab.root(`DELETE /nodes/pve1/storage/${storage}/content/${volid}`)
  await lab.simulator.idle()
  expect(await lab.task('POST /nodes/pve1/qemu/101/status/start')).toEqual({
    type: 'qmstart',
    status: 'OK',
    log: [...lines, 'generating cloud-init ISO'],
  })
})

it('a drive that is set to what it is stays', async () => {
  await lab.task('POST /nodes/pve1/qemu', { vmid: 101, ide2: 'local-lvm:cloudinit' })
  const ide2 = 'local-lvm:vm-101-cloudinit,media=cdrom'
  expect(lab.conf(101)).toContain(`ide2: ${ide2}\n`)
  expect(await lab.root('PUT /nodes/pve1/qemu/101/config', { ide2 })).toBeNull()
  expect(lab.conf(101)).toContain('ide2: local-lvm:vm-101-cloudinit,media=cdrom,size=4M\n')
  expect(lab.volumes()).toContain('vm-101-cloudinit')
})

function startWith(cicustom: string): Promise<unknown> {
  const ide2 = 'local:100/vm-100-cloudinit.qcow2,media=cdrom'
  return labWith({ cicustom, ide2 }).task('POST /nodes/pve1/qemu/100/status/start')
}

it('a machine does not start without the snippets that it names', async () => {
  expect(await startWith('user=local:snippets/none.yaml')).toMatchObject({
    status: "volume 'local:snippets/none.yaml' does not exist",
  })
  expect(await startWith('meta=local:iso/debian.iso')).toMatchObject({
    status: 'local:iso/debian.iso is not in the snippets directory',
  })
})
