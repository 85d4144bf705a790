import type { Example } from '../example.js'

/** Network devices, as text or as an object. */
export const network: Example = async ({ pve, print }) => {
  const guest = pve.nodes('pve1').qemu(106)
  await guest.config.put({ net0: 'virtio=BC:24:11:00:00:06,bridge=vmbr0,firewall=1,tag=100' })
  await guest.config.put({
    net1: { model: 'virtio', macaddr: 'BC:24:11:00:01:06', bridge: 'vmbr0', tag: 7 },
  })
  const { net0, net1 } = await guest.config()
  print(`net0: ${net0}`)
  print(`net1: ${net1}`)

  const container = pve.nodes('pve2').lxc(202)
  await container.config.put({ net0: 'name=eth0,bridge=vmbr0,ip=dhcp,ip6=dhcp' })
  const config = await container.config()
  print(`container: ${config.net0?.replace(/hwaddr=[^,]+/, 'hwaddr=…')}`)
}
