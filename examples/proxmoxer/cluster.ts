import type { Example } from '../example.js'

/** Members of the cluster, its guests, and one of them under high availability. */
export const cluster: Example = async ({ pve, print }) => {
  for (const member of await pve.cluster.status()) {
    if (member.type === 'node') print(`${member.name}: ${member.ip}`)
  }
  for (const guest of await pve.cluster.resources({ type: 'vm' })) {
    if (guest.status === 'stopped') print(`${guest.vmid} ${guest.name} on ${guest.node} is stopped`)
  }
  await pve.cluster.ha.resources.post({
    sid: 'vm:100',
    state: 'started',
    max_restart: 3,
    max_relocate: 3,
  })
  print(`under HA: ${(await pve.cluster.ha.resources()).length}`)
}
