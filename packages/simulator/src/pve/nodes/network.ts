import { invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Rights } from '../access/rights.js'
import { networkChangeHandlers, pendingChanges, readNetwork } from './change-network.js'

// pve-manager API2/Network.pm: index
const list = handle('GET', '/nodes/{node}/network', async (context) => {
  const { params, cluster, node, user, rights, setChanges } = context
  const { ifaces } = readNetwork(cluster.node(node))
  const changes = await pendingChanges(cluster.node(node))
  if (changes !== undefined) setChanges(changes)
  return Object.entries(ifaces)
    .filter(([name]) => name !== 'lo')
    .filter(([, { type }]) => params.type === undefined || isOfType(type, params.type))
    .filter(([name, { type }]) => !isBridge(type) || user === 'root@pam' || maySee(rights, name))
    .map(([iface, data]) => ({ iface, ...data }))
})

// pve-manager API2/Network.pm: network_config
const read = handle('GET', '/nodes/{node}/network/{iface}', ({ params, cluster, node }) => {
  const found = readNetwork(cluster.node(node)).ifaces[params.iface]
  if (!found) throw invalidParameters({ iface: 'interface does not exist' })
  return found
})

export const networkHandlers: readonly Handler[] = [list, read, ...networkChangeHandlers]

function isOfType(type: string, wanted: string): boolean {
  if (wanted === 'include_sdn') return true
  return wanted === type || (isBridge(type) && /^any(?:_local)?_bridge$/.test(wanted))
}

function isBridge(type: string): boolean {
  return type === 'bridge' || type === 'OVSBridge'
}

/** pve-access-control RPCEnvironment.pm: check_sdn_bridge */
function maySee(rights: Rights, bridge: string): boolean {
  return rights.hasAny(`/sdn/zones/localnetwork/${bridge}`, ['SDN.Audit', 'SDN.Use'])
}
