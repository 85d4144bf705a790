import type { Method } from '@proxkit/schema'
import { failed } from '../engine/fault.js'
import type { Cluster } from './cluster.js'

/** Programs that operations look for before they ask whether there is a cluster of Ceph. */
const programs: Readonly<Record<string, string>> = {
  'POST /nodes/{node}/ceph/init': 'ceph',
  'POST /nodes/{node}/ceph/mds/{name}': 'ceph-mds',
  'POST /nodes/{node}/ceph/mgr/{id}': 'ceph-mgr',
}

/**
 * Throws where Ceph is asked and there is none: it is installed on the nodes of a cluster that has its configuration,
 * and on no others. pve-manager PVE/Ceph/Tools.pm: check_ceph_inited, check_ceph_installed
 */
export function requireCeph(
  { verb, path }: Pick<Method, 'verb' | 'path'>,
  { config }: Cluster,
): void {
  const [, call] = /^\/(?:cluster|nodes\/\{node\})\/ceph\/(.+)$/.exec(path) ?? []
  if (call === undefined || call === 'releases' || config.has('ceph.conf')) return
  const program = programs[`${verb} ${path}`] ?? 'ceph-mon'
  throw failed(`binary not installed: /usr/bin/${program}`)
}
