import type { Method } from '@proxkit/schema'
import { failed } from '../engine/fault.js'
import type { Cluster } from './cluster.js'

/**
 * Throws what a node says of a call for Ceph when that is not installed: a cluster has it as soon as there is a
 * `ceph.conf`.
 *
 * pve-manager Ceph/Tools.pm: check_ceph_inited
 */
export function requireCeph(
  { verb, path }: Pick<Method, 'verb' | 'path'>,
  { config }: Cluster,
): void {
  const [, call] = /^\/(?:cluster|nodes\/\{node\})\/ceph\/(.+)$/.exec(path) ?? []
  if (call === undefined || call === 'releases' || config.has('ceph.conf')) return
  const binary = verb === 'POST' && call === 'init' ? 'ceph' : 'ceph-mon'
  throw failed(`binary not installed: /usr/bin/${binary}`)
}
