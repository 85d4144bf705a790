import type { Method } from '@proxkit/schema'
import { failed } from '../engine/fault.js'
import type { Cluster } from './cluster.js'
import { membership } from './cluster/membership.js'

/** Whether more than half of the nodes are on and can agree. A node on its own needs nobody. */
export function hasQuorum(cluster: Cluster): boolean {
  if (!membership(cluster)) return true
  if (cluster.state.quorum.has('lost')) return false
  const nodes = cluster.nodeNames()
  return nodes.filter((name) => cluster.isOnline(name)).length * 2 > nodes.length
}

/** Throws for an operation that asks for quorum before it does anything. pve-cluster Cluster.pm: check_cfs_quorum */
export function requireQuorum(cluster: Cluster, { verb, path }: Method): void {
  if (asking.has(`${verb} ${path}`) && !hasQuorum(cluster)) {
    throw failed('cluster not ready - no quorum?')
  }
}

// Callers of check_cfs_quorum in qemu-server, pve-container, pve-manager, pve-cluster, pve-network, pve-ha-manager
const asking: ReadonlySet<string> = new Set([
  ...['qemu', 'lxc'].flatMap((kind) => [
    `POST /nodes/{node}/${kind}`,
    `POST /nodes/{node}/${kind}/{vmid}/status/start`,
    `POST /nodes/{node}/${kind}/{vmid}/clone`,
    `GET /nodes/{node}/${kind}/{vmid}/migrate`,
    `POST /nodes/{node}/${kind}/{vmid}/migrate`,
    `POST /nodes/{node}/${kind}/{vmid}/remote_migrate`,
    `POST /nodes/{node}/${kind}/{vmid}/mtunnel`,
  ]),
  'POST /nodes/{node}/migrateall',
  'POST /nodes/{node}/ceph/pool',
  'POST /cluster/config/nodes/{node}',
  'DELETE /cluster/config/nodes/{node}',
  'PUT /cluster/sdn',
  ...['controllers', 'dns', 'ipams', 'vnets', 'vnets/{vnet}/subnets', 'zones'].map(
    (kind) => `POST /cluster/sdn/${kind}`,
  ),
  ...['groups', 'resources', 'rules'].map((kind) => `POST /cluster/ha/${kind}`),
])

/** Throws where `/etc/pve` can only be read: without quorum, for all that is not kept without anybody's asking. */
export function requireWritable(cluster: Cluster, path: string): void {
  if (ownFiles.test(path) || hasQuorum(cluster)) return
  const lock = lockOf(path)
  if (lock !== undefined) throw failed(`cfs-lock '${lock}' error: no quorum!`)
  // pve-common Tools.pm: file_set_contents
  throw failed(`unable to open file '/etc/pve/${path}.tmp.${process.pid}' - Permission denied`)
}

/** Keys that the first login makes, and what high availability notes down. */
const ownFiles =
  /^(?:authkey\.pub(?:\.old)?|priv\/authkey\.key|pve-www\.key|pve-root-ca\.pem|ha\/manager_status|nodes\/[^/]+\/lrm_status)$/

/** The lock that the product takes before it reads a file to change it. pve-cluster Cluster.pm: cfs_lock_file */
function lockOf(path: string): string | undefined {
  if (path.startsWith('ha/')) return 'domain-ha'
  if (path.startsWith('sdn/') && !path.startsWith('sdn/firewall/')) return 'domain-sdn'
  const firewall = /^(?:(sdn)\/)?firewall\/(\w+)\.fw$|^nodes\/([^/]+)\/host\.fw$/.exec(path)
  if (firewall) return `firewall-${firewallScope(firewall)}`
  return lockedFiles.test(path) ? `file-${path.replaceAll(/[./]/g, '_')}` : undefined
}

/** pve-firewall Firewall.pm: lock_clusterfw_conf, lock_hostfw_conf; Helpers.pm: lock_vmfw_conf, lock_vnetfw_conf */
function firewallScope([, sdn, name = '', node]: RegExpExecArray): string {
  if (node !== undefined) return `host-${node}`
  if (sdn !== undefined) return `vnet-${name}`
  return name === 'cluster' ? name : `vm-${name}`
}

const lockedFiles =
  /^(?:(?:user|domains|storage|datacenter|jobs|replication|status|notifications)\.cfg|vzdump\.cron|priv\/(?:tfa|token|shadow|notifications|acme\/plugins)\.cfg|mapping\/\w+\.cfg)$/
