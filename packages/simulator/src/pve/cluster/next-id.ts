import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { optionKeys, readDatacenterConfig } from './datacenter-config.js'

// pve-manager API2/Cluster.pm: nextid
export const nextId: Handler = handle('GET', '/cluster/nextid', ({ params, cluster }) => {
  const { vmid } = params
  if (vmid !== undefined) {
    if (cluster.guests.get(Number(vmid)))
      throw invalidParameters({ vmid: `VM ${vmid} already exists` })
    return vmid
  }
  const { lower = 100, upper = 1_000_000 } = optionKeys(
    readDatacenterConfig(cluster.config),
    'next-id',
  )
  for (let id = Number(lower); id < Number(upper); id += 1) {
    if (!cluster.guests.get(id)) return String(id)
  }
  throw failed(`unable to get any free VMID in range [${Number(lower)}, ${Number(upper)}]`)
})
