import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import type { GuestPlace } from '../guest-index.js'
import { haStatus } from '../guest/high-availability.js'
import { isSince } from '../version.js'
import { containerRow } from './container-row.js'

// pve-container API2/LXC.pm: vmlist
const list = handle('GET', '/nodes/{node}/lxc', ({ cluster, node, rights }) =>
  cluster.guests
    .all()
    .filter((place) => place.type === 'lxc' && place.node === node)
    .filter(({ vmid }) => rights.has(`/vms/${vmid}`, 'VM.Audit'))
    .map((place) => shownRow(cluster, place)),
)

// pve-container API2/LXC/Status.pm: vmcmdidx
const statusDirectory = handle(
  'GET',
  '/nodes/{node}/lxc/{vmid}/status',
  ({ params, cluster, node }) => {
    cluster.lxc(node, Number(params.vmid)).requireConfig()
    return ['current', 'start', 'stop', 'shutdown', 'reboot', 'migrate'].map((subdir) => ({
      subdir,
    }))
  },
)

// pve-container API2/LXC/Status.pm: vm_status
const currentStatus = handle(
  'GET',
  '/nodes/{node}/lxc/{vmid}/status/current',
  ({ params, cluster, node }) => {
    const vmid = Number(params.vmid)
    cluster.lxc(node, vmid).requireConfig()
    const place = { vmid, node, type: 'lxc' } as const
    return { ...shownRow(cluster, place), ha: haStatus(cluster, place) }
  },
)

export const listHandlers: readonly Handler[] = [list, statusDirectory, currentStatus]

/** Its number is text until pve-container 5.0.10. */
function shownRow(cluster: Cluster, place: GuestPlace): object {
  const row = containerRow(cluster, place)
  return isSince(cluster, '8.2') ? row : { ...row, vmid: String(row.vmid) }
}
