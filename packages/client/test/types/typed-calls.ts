import { createClient, type PveGet, type PvePost } from '@proxkit/client'

// What a program that manages a cluster calls: the compiler's work for this file is measured by type-cost.test.ts.

const pve = createClient({ host: 'pve1', auth: { token: 'root@pam!ci=secret' } })
declare const vmid: number

const node = pve.nodes('pve1')
const guest = node.qemu(vmid)
const container = node.lxc('200')
const storage = node.storage('local')

export const calls = async (): Promise<unknown[]> => {
  const resources = await pve.cluster.resources({ type: 'vm' })
  const [first] = resources
  const nodes = await pve.nodes.get()
  const upid = await guest.status.start.post({ timeout: 30 })

  // @ts-expect-error -- the last network device is net31
  await guest.config.put({ net32: 'virtio' })
  // @ts-expect-error -- not a type of BIOS
  await guest.config.put({ bios: 'coreboot' })
  // @ts-expect-error -- a network device has a model
  await guest.config.put({ net0: { bridge: 'vmbr0' } })
  // @ts-expect-error -- not a part of a drive
  await guest.config.put({ scsi0: { file: 'local:1', iothreads: true } })
  // @ts-expect-error -- a container needs a template
  await node.lxc.post({ vmid: 200 })
  // @ts-expect-error -- nothing can be deleted at /version
  await pve.version.delete()
  // @ts-expect-error -- no parameters are taken
  await pve.version.get({ verbose: 1 })
  // @ts-expect-error -- no such path
  await pve.nodes('pve1').vms.get()
  // @ts-expect-error -- no such path
  await pve.get('/nodes/{node}/qmeu', { node: 'pve1' })
  // @ts-expect-error -- the placeholder is missing
  await pve.get('/nodes/{node}/qemu/{vmid}/config', { node: 'pve1' })
  // @ts-expect-error -- not a type of BIOS
  await pve.put('/nodes/{node}/qemu/{vmid}/config', { node: 'pve1', vmid, bios: 'coreboot' })

  const byPath: PveGet['/nodes/{node}/qemu/{vmid}/config']['params'] = { node: 'pve1', vmid: 100 }
  const created: PvePost['/nodes/{node}/qemu']['result'] = upid

  return [
    byPath,
    created,
    first?.vmid,
    nodes[0]?.status === 'online',
    await pve.get('/version'),
    await pve.get('/nodes/{node}/qemu/{vmid}/config', { node: 'pve1', vmid, current: true }),
    await pve.put('/nodes/{node}/qemu/{vmid}/config', { node: 'pve1', vmid, onboot: true }),
    await pve.post('/nodes/{node}/qemu/{vmid}/status/start', { node: 'pve1', vmid }),
    await pve.delete('/nodes/{node}/qemu/{vmid}', { node: 'pve1', vmid, purge: true }),
    await pve.get('nodes/pve1/qemu', { full: true }),
    await pve('nodes', 'pve1').qemu?.get(),
    await pve.node('pve1').status(),
    await pve(),
    await pve.version(),
    await pve.access.ticket.post({ username: 'root@pam', password: 'secret' }),
    await pve.access.users({ enabled: true, full: 1 }),
    await pve.access.users.post({ userid: 'ada@pve', groups: ['admins', 'staff'] }),
    await pve.access.users('ada@pve').token('ci').post({ privsep: false, expire: new Date() }),
    await pve.access.users('ada@pve').delete(),
    await pve.access.acl.put({ path: '/vms/100', roles: 'PVEVMAdmin', users: 'ada@pve' }),
    await pve.access.roles.create({ roleid: 'Starter', privs: ['VM.PowerMgmt', 'VM.Audit'] }),
    await pve.access.domains.get(),
    await pve.access.permissions.get({ path: '/vms' }),
    await pve.cluster.status(),
    await pve.cluster.nextid({ vmid: 100 }),
    await pve.cluster.tasks(),
    await pve.cluster.log({ max: 10 }),
    await pve.cluster.options.set({ keyboard: 'de' }),
    await pve.cluster.backup.post({ schedule: 'daily', all: true, mode: 'snapshot' }),
    await pve.cluster.ha.resources.post({ sid: 'vm:100', state: 'started' }),
    await pve.cluster.ha.resources('vm:100').migrate.post({ node: 'pve2' }),
    await pve.cluster.ha.status.current(),
    await pve.cluster.firewall.rules.post({ type: 'in', action: 'ACCEPT', dport: '22' }),
    await pve.cluster.firewall.ipset('lan').post({ cidr: '10.0.0.0/8', nomatch: 0 }),
    await pve.cluster.firewall.ipset('lan')('10.0.0.0/8').delete(),
    await pve.cluster.replication(),
    await pve.cluster.sdn.zones.post({ zone: 'z1', type: 'simple' }),
    await pve.cluster.sdn.vnets('v1').subnets.post({ subnet: '10.0.0.0/24', type: 'subnet' }),
    await pve.cluster.sdn.put(),
    await pve.pools.post({ poolid: 'team', comment: 'a team' }),
    await pve.pools.put({ poolid: 'team', vms: [100, 101].map(String) }),
    await pve.storage.post({ storage: 'nfs1', type: 'nfs', server: '10.0.0.1', export: '/srv' }),
    await pve.storage('nfs1').put({ content: ['iso', 'backup'], disable: false }),
    await node.get(),
    await node.status(),
    await node.status.post({ command: 'reboot' }),
    await node.version(),
    await node.dns.put({ search: 'example.org', dns1: '10.0.0.1' }),
    await node.network({ type: 'bridge' }),
    await node.network.post({ iface: 'vmbr1', type: 'bridge', autostart: true }),
    await node.network.put(),
    await node.tasks({ limit: 50, errors: true, typefilter: 'qmstart' }),
    await node.tasks(upid).status(),
    await node.tasks(upid).log({ start: 0, limit: 500 }),
    await node.tasks(upid).delete(),
    await node.services('pveproxy').restart.post(),
    await node.apt.update.post({ notify: true }),
    await node.disks.list({ 'include-partitions': 1 }),
    await node.vzdump.post({ vmid: '100', storage: 'local', mode: 'stop', compress: 'zstd' }),
    await node.startall.post({ vms: [100, 101].map(String) }),
    await node.rrddata({ timeframe: 'hour', cf: 'AVERAGE' }),
    await storage.status(),
    await storage.content({ content: 'iso', vmid: 100 }),
    await storage.content.post({ filename: 'disk.raw', size: '4G', vmid: 100 }),
    await storage.content('local:iso/debian.iso').delete({ delay: 5 }),
    await storage['download-url'].post({
      url: 'https://example.org/a.iso',
      content: 'iso',
      filename: 'a.iso',
    }),
    await node.qemu({ full: true }),
    await node.qemu.post({
      vmid,
      name: 'web',
      memory: 2048,
      cores: 2,
      ostype: 'l26',
      scsi0: { file: 'local-lvm:8', iothread: true, discard: 'on' },
      net0: { model: 'virtio', bridge: 'vmbr0', trunks: [2, 3] },
      net31: 'virtio,bridge=vmbr1',
      onboot: true,
    }),
    await guest.config({ current: true }),
    await guest.config.put({ description: 'web server', delete: ['net1', 'ide2'] }),
    await guest.config.post({ cores: 4 }),
    await guest.pending(),
    await guest.status.current(),
    await guest.status.shutdown.post({ forceStop: 1, timeout: 60 }),
    await guest.status.stop.create(),
    await guest.clone.post({ newid: 101, full: true, name: 'web2' }),
    await guest.migrate.post({ target: 'pve2', online: true }),
    await guest.resize.put({ disk: 'scsi0', size: '+1G' }),
    await guest.snapshot.post({ snapname: 'before', vmstate: false }),
    await guest.snapshot('before').rollback.post(),
    await guest.snapshot('before').delete({ force: true }),
    await guest.agent.exec.post({ command: ['uname', '-a'] }),
    await guest.agent['exec-status']({ pid: 12 }),
    await guest.vncproxy.post({ websocket: true }),
    await guest.template.post({ disk: 'scsi0' }),
    await guest.delete({ purge: true, 'destroy-unreferenced-disks': 1 }),
    await node.lxc.post({ vmid: 200, ostemplate: 'local:vztmpl/debian.tar.zst', mp0: 'local:1' }),
    await container.config(),
    await container.config.set({ hostname: 'ct', net0: 'name=eth0,bridge=vmbr0' }),
    await container.status.start.post(),
    await container.interfaces(),
    await container.delete({ force: true }),
  ]
}
