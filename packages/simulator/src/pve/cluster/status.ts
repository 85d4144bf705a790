import { handle, type Handler } from '../../engine/handle.js'
import { hasQuorum } from '../quorum.js'
import { membership } from './membership.js'

// pve-manager API2/Cluster.pm: get_status
export const clusterStatus: Handler = handle(
  'GET',
  '/cluster/status',
  ({ cluster, node: local }) => {
    const member = membership(cluster)
    const nodes = cluster.nodeNames()
    const rows = nodes.map((name) => ({
      type: 'node',
      id: `node/${name}`,
      name,
      nodeid: member?.ids.get(name) ?? 0,
      ip: cluster.node(name).ip,
      local: name === local ? 1 : 0,
      online: cluster.isOnline(name) ? 1 : 0,
      level: '',
    }))
    if (!member) return rows.filter(({ name }) => name === local)
    const summary = {
      type: 'cluster',
      id: 'cluster',
      name: member.name,
      version: member.version,
      nodes: nodes.length,
      quorate: hasQuorum(cluster) ? 1 : 0,
    }
    return [summary, ...rows]
  },
)
