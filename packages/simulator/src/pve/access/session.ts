import type { Cluster } from '../cluster.js'
import { membership } from '../cluster/membership.js'
import { rightsOf } from './compute-rights.js'
import { loginCapabilities } from './login-capabilities.js'
import { readUserConfig } from './user-config.js'

/** What a user is given who has shown who he is. */
export async function sessionOf(
  cluster: Cluster,
  userid: string,
): Promise<Record<string, unknown>> {
  return {
    ticket: await cluster.tickets.issue(userid),
    CSRFPreventionToken: cluster.tickets.csrfToken(userid),
    ...capabilitiesOf(cluster, userid),
  }
}

/** What a login tells of the user's rights, and of the cluster to those who may know. */
export function capabilitiesOf(cluster: Cluster, userid: string): Record<string, unknown> {
  const rights = rightsOf(cluster.config, userid)
  return {
    cap: loginCapabilities(readUserConfig(cluster.config), rights),
    ...clusterNameFor(cluster, userid),
  }
}

export function clusterNameFor(cluster: Cluster, userid: string): { clustername?: string } {
  const name = rightsOf(cluster.config, userid).has('/', 'Sys.Audit')
    ? membership(cluster)?.name
    : undefined
  return name ? { clustername: name } : {}
}
