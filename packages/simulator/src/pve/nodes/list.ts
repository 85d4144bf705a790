import { createHash } from 'node:crypto'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { nodeRows } from './node-row.js'

// pve-manager API2/Nodes.pm: PVE::API2::Nodes, index
export const listNodes: Handler = handle('GET', '/nodes', ({ cluster, rights }) =>
  nodeRows(cluster, rights).map((row) => ({
    ...row,
    ssl_fingerprint: fingerprint(cluster, row.node),
  })),
)

/** Of the certificate that clients of the node are shown; of one that nobody ever sees where no port is open. */
function fingerprint(cluster: Cluster, node: string): string {
  const shown = cluster.fingerprints.get(node)
  if (shown !== undefined) return shown
  const digest = createHash('sha256').update(`certificate of ${node}`).digest('hex')
  return digest.toUpperCase().replaceAll(/(..)(?!$)/g, '$1:')
}
