import { createCertificate } from '../engine/certificate.js'
import type { ConfigTree } from '../engine/config-tree.js'

const path = 'pve-root-ca.pem'

/** The certificate that those of the nodes are signed with, PEM; made when the cluster has none. */
export async function rootCertificate(config: ConfigTree): Promise<string> {
  const known = config.read(path)
  if (known !== undefined) return known
  const { cert } = await createCertificate()
  // Another call may have been faster.
  if (!config.has(path)) config.write(path, cert)
  return config.read(path) ?? cert
}
