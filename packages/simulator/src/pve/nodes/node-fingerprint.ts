import { createHash } from 'node:crypto'
import type { Cluster } from '../cluster.js'

/** Of the certificate that clients of the node are shown; of one that nobody ever sees where no port is open. */
export function nodeFingerprint(cluster: Cluster, node: string): string {
  const shown = cluster.fingerprints.get(node)
  if (shown !== undefined) return shown
  const digest = createHash('sha256').update(`certificate of ${node}`).digest('hex')
  return digest.toUpperCase().replaceAll(/(..)(?!$)/g, '$1:')
}
