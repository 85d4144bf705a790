import { invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { sortedEntries } from '../../engine/sorted-entries.js'
import type { Cluster } from '../cluster.js'
import { readProperties } from '../guest/property-string.js'
import { readNetwork } from '../nodes/change-network.js'
import { networkStatus } from './node-status.js'
import { runningObjects } from './running-config.js'

const path = '/nodes/{node}/sdn/zones'

// pve-network API2/Network/SDN/Nodes/Zones.pm: index. Its description tells of a right that nobody asks for.
const list = handle('GET', path, ({ cluster, node }) =>
  sortedEntries(networkStatus(cluster, node).zones).map(([zone, { status }]) => ({ zone, status })),
)

// pve-network API2/Network/SDN/Nodes/Zone.pm: index
const content = handle('GET', `${path}/{zone}/content`, ({ params, cluster, node }) =>
  sortedEntries(networkStatus(cluster, node).vnets)
    .filter(([, { zone }]) => zone === params.zone)
    .map(([vnet, { status, statusmsg = null }]) => ({ vnet, status, statusmsg })),
)

// pve-network API2/Network/SDN/Nodes/Zone.pm: bridges
const bridges = handle('GET', `${path}/{zone}/bridges`, ({ params, cluster, node, rights }) => {
  const { zone } = params
  return bridgesOf(cluster, { zone, node })
    .filter((name) => rights.hasAny(`/sdn/zones/${zone}/${name}`, ['SDN.Audit', 'SDN.Allocate']))
    .map((name) => {
      const bridge = { name, node }
      const filtering = filtersVlans(cluster, zone, bridge)
      const ports = filtering === null ? [] : portsOf(cluster, filtering === 1, bridge)
      return { name, vlan_filtering: filtering, ports }
    })
})

export const nodeZoneHandlers: readonly Handler[] = [list, content, bridges]

function bridgesOf(
  cluster: Cluster,
  { zone, node }: { readonly zone: string; readonly node: string },
): string[] {
  if (zone === 'localnetwork') {
    return Object.entries(readNetwork(cluster.node(node)).ifaces)
      .filter(([, { type }]) => type === 'bridge')
      .map(([name]) => name)
  }
  if (!runningObjects('zones', cluster.config).has(zone)) {
    throw invalidParameters({ zone: 'zone does not exist' })
  }
  return [...runningObjects('vnets', cluster.config)]
    .filter(([, vnet]) => vnet.zone === zone)
    .map(([name]) => name)
}

interface Bridge {
  readonly name: string
  readonly node: string
}

/** Whether the bridge tells VLANs apart; null for one that the node did not make yet. */
function filtersVlans(cluster: Cluster, zone: string, { name, node }: Bridge): 0 | 1 | null {
  if (zone === 'localnetwork') {
    return readNetwork(cluster.node(node)).ifaces[name]?.bridge_vlan_aware ? 1 : 0
  }
  if (networkStatus(cluster, node).vnets.get(name)?.status !== 'available') return null
  return runningObjects('vnets', cluster.config).get(name)?.vlanaware ? 1 : 0
}

interface Port {
  readonly name: string
  readonly vmid?: string
  readonly index?: string
  readonly primary_vlan?: number
  readonly vlans?: readonly string[]
}

/** The network cards and the guests that are plugged in. */
function portsOf(cluster: Cluster, filtering: boolean, { name: bridge, node }: Bridge): Port[] {
  const cards = readNetwork(cluster.node(node)).ifaces[bridge]?.bridge_ports ?? ''
  const vlans = (tag?: string, trunks?: string): Pick<Port, 'primary_vlan' | 'vlans'> => {
    if (!filtering) return {}
    if (tag !== undefined) return { primary_vlan: Number(tag), vlans: trunks?.split(';') ?? [] }
    return { primary_vlan: 1, vlans: trunks?.split(';') ?? ['2-4094'] }
  }
  const physical = (typeof cards === 'string' ? cards : '')
    .split(/\s+/)
    .filter((name) => name !== '')
    .map((name) => ({ name, ...vlans() }))
  const plugged = cluster.guests.all().flatMap(({ vmid, type, node: at }) => {
    if (at !== node || cluster.state.guests.get(vmid)?.status !== 'running') return []
    const guest = type === 'lxc' ? cluster.lxc(node, vmid) : cluster.qemu(node, vmid)
    return [...guest.config.main].flatMap(([key, text]) => {
      const number = /^net(\d+)$/.exec(key)?.[1]
      const device = number === undefined ? {} : readProperties(text, {})
      if (number === undefined || device.bridge !== bridge) return []
      const own = type === 'lxc' ? `veth${vmid}i${number}` : `tap${vmid}i${number}`
      const name = device.firewall === '1' ? `fwpr${vmid}p${number}` : own
      return [{ name, vmid: String(vmid), index: key, ...vlans(device.tag, device.trunks) }]
    })
  })
  return [...physical, ...plugged]
}
