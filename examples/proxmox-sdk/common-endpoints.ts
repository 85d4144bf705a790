import type { Example } from '../example.js'

/** The endpoints that the API reference shows, by their own text. */
export const commonEndpoints: Example = async ({ pve, print }) => {
  const node = 'pve1'
  const path = { node, vmid: 100 }
  const { release } = await pve.get('/version')
  print(`release ${release}`)
  print(`status: ${(await pve.get('/cluster/status')).length}`)
  print(`nodes: ${(await pve.get('/nodes')).length}`)
  print(`machines: ${(await pve.get('/nodes/{node}/qemu', { node })).length}`)
  print(`containers: ${(await pve.get('/nodes/{node}/lxc', { node })).length}`)
  print(`storages: ${(await pve.get('/nodes/{node}/storage', { node })).length}`)
  const { name } = await pve.get('/nodes/{node}/qemu/{vmid}/config', path)
  print(`config of ${name}`)

  const created = await pve.post('/nodes/{node}/qemu', {
    node,
    vmid: 300,
    name: 'new-vm',
    memory: 4096,
    cores: 2,
    sockets: 1,
    ostype: 'l26',
    net0: 'virtio,bridge=vmbr0',
    scsi0: 'local-lvm:32',
    ide2: 'local:iso/debian-13.1.0-amd64-netinst.iso,media=cdrom',
  })
  await created.done()
  for (const power of ['start', 'reboot', 'shutdown', 'stop'] as const) {
    const task = await pve.post(`/nodes/{node}/qemu/{vmid}/status/${power}`, { node, vmid: 300 })
    const { outcome } = await task.done()
    print(`${power}: ${outcome}`)
  }

  const [latest] = await pve.get('/nodes/{node}/tasks', { node, limit: 10 })
  const upid = latest?.upid ?? ''
  const { status, exitstatus } = await pve.get('/nodes/{node}/tasks/{upid}/status', { node, upid })
  const log = await pve.get('/nodes/{node}/tasks/{upid}/log', { node, upid })
  print(`${latest?.type} ${status}: ${exitstatus}, ${log.at(-1)?.t}`)
}
