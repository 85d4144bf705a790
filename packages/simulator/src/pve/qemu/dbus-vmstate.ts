import { invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'

/**
 * Starts or stops the helper that takes connections of a guest along when it moves; nothing tells whether it runs.
 *
 * qemu-server API2/Qemu.pm: dbus_vmstate
 */
export const dbusVmstate: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/dbus-vmstate',
  ({ params: { vmid }, cluster, node }) => {
    const place = cluster.guests.get(Number(vmid))
    const isHere = place?.type === 'qemu' && place.node === node
    if (!isHere || !cluster.qemu(node, place.vmid).isRunning) {
      throw invalidParameters({ node: `VM ${vmid} not running locally on node '${node}'` })
    }
    return null
  },
)
