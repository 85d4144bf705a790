import { handle, type Handler } from '../../engine/handle.js'
import { nodeFingerprint } from './node-fingerprint.js'
import { nodeRows } from './node-row.js'

// pve-manager API2/Nodes.pm: PVE::API2::Nodes, index
export const listNodes: Handler = handle('GET', '/nodes', ({ cluster, rights }) =>
  nodeRows(cluster, rights).map((row) => ({
    ...row,
    ssl_fingerprint: nodeFingerprint(cluster, row.node),
  })),
)
