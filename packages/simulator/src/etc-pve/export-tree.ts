import { readMembership } from '../pve/cluster/membership.js'
import type { ClusterSnapshot } from '../pve/state.js'
import { EtcPveError } from './etc-pve-error.js'
import { isSafePath } from './sort-entries.js'

/** What the nodes of a cluster keep in `/etc/pve`. */
export interface ExportedTree {
  /** Text of every file by path. */
  readonly files: Readonly<Record<string, string>>
  /** Directories that are there whether something is in them or not. */
  readonly directories: readonly string[]
  /** Text of `.members`, which a node makes up when it is read. */
  readonly members: string
}

/** The files of a cluster, with the passwords of the realm `pve` where a node keeps them. */
export function exportTree({ config, passwords, nodes }: ClusterSnapshot): ExportedTree {
  const shadow = formatShadow(config['priv/shadow.cfg'] ?? '', passwords)
  const files = { ...config, ...(shadow !== '' && { 'priv/shadow.cfg': shadow }) }
  for (const path of Object.keys(files)) {
    if (!isSafePath(path))
      throw new EtcPveError(`${JSON.stringify(path)} is no path below /etc/pve`)
  }
  return {
    files,
    directories: Object.keys(nodes).flatMap((node) =>
      ['qemu-server', 'lxc'].map((kind) => `nodes/${node}/${kind}`),
    ),
    members: formatMembers({ config, nodes }),
  }
}

/** pve-access-control Auth/PVE.pm: write_shadow_config */
function formatShadow(present: string, passwords: ClusterSnapshot['passwords']): string {
  const kept = present.split('\n').filter((line) => line !== '')
  const changed = Object.entries(passwords).flatMap(([userid, hash]): [string, string][] => {
    const name = /^(.+)@pve$/.exec(userid)?.[1]
    return name === undefined ? [] : [[name, `${name}:${hash}:`]]
  })
  const names = new Set(changed.map(([name]) => name))
  return [
    ...kept.filter((line) => !names.has(line.split(':')[0] ?? '')),
    ...changed.map(([, line]) => line),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

/** pve-cluster pmxcfs/status.c: cfs_create_memberlist_msg */
function formatMembers({ config, nodes }: Pick<ClusterSnapshot, 'config' | 'nodes'>): string {
  const [nodename = ''] = Object.keys(nodes)
  const corosync = config['corosync.conf']
  if (corosync === undefined) return `${JSON.stringify({ nodename, version: 0 })}\n`
  const { name, version, ids } = readMembership(corosync)
  const nodelist = Object.fromEntries(
    Object.entries(nodes).map(([node, { ip, online }]) => [
      node,
      { id: ids.get(node) ?? 0, online: online ? 1 : 0, ip },
    ]),
  )
  const cluster = { name, version, nodes: ids.size, quorate: 1 }
  return `${JSON.stringify({ nodename, version, cluster, nodelist }, undefined, 1)}\n`
}
