import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { readProperties } from '../guest/property-string.js'
import { readNodeConfig } from './node-config.js'

// pve-manager API2/Nodes.pm: wakeonlan. The packet goes out; whether a machine wakes up is not simulated.
export const wakeOnLan: Handler = handle(
  'POST',
  '/nodes/{node}/wakeonlan',
  ({ params, cluster, node: local }) => {
    const { node } = params
    if (node === local) throw failed(`'${node}' is local node, cannot wake my self!`)
    cluster.node(node)
    const { wakeonlan } = readNodeConfig(cluster.config, node)
    const { mac } = readProperties(wakeonlan ?? '', { defaultKey: 'mac' })
    if (mac === undefined) throw failed(`No wake on LAN MAC address defined for '${node}'!`)
    return mac
  },
)
