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
  const task = await pve.post('/nodes/{node}/qemu/{vmid}/status/reboot', path)
  await task.done()
  const listed = await pve.get('/nodes/{node}/tasks', { node, limit: 10 })
  print(`last task: ${listed[0]?.type}`)
}
