import type { Example } from '../example.js'

/** All virtual machines and containers, node by node. */
export const listGuests: Example = async ({ pve, print }) => {
  for (const { node } of await pve.nodes()) {
    print(`Node: ${node}`)
    for (const vm of await pve.nodes(node).qemu())
      print(`  VM ${vm.vmid}: ${vm.name} - ${vm.status}`)
    for (const ct of await pve.nodes(node).lxc())
      print(`  CT ${ct.vmid}: ${ct.name} - ${ct.status}`)
  }
}
