import { handle, type Handler } from '../../engine/handle.js'
import { containerRow } from '../lxc/container-row.js'
import { fullVmRow } from '../qemu/full-vm-row.js'

// pve-manager API2/Nodes.pm: netstat. Guests tell of all their devices together: the first one has it all.
export const netstat: Handler = handle('GET', '/nodes/{node}/netstat', ({ cluster, node }) =>
  cluster.guests.all().flatMap((place) => {
    const { vmid, type } = place
    if (place.node !== node || cluster.state.guests.get(vmid)?.status !== 'running') return []
    const guest = type === 'lxc' ? cluster.lxc(node, vmid) : cluster.qemu(node, vmid)
    const { netin, netout } =
      type === 'lxc' ? containerRow(cluster, place) : fullVmRow(cluster, place)
    const devices = [...guest.config.main.keys()].filter((key) => /^net\d+$/.test(key)).toSorted()
    return devices.map((dev, index) => ({
      vmid: String(vmid),
      dev,
      in: String(index === 0 ? netin : 0),
      out: String(index === 0 ? netout : 0),
    }))
  }),
)
