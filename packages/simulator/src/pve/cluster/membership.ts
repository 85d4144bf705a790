import type { Cluster } from '../cluster.js'
import { parseCorosync, sectionOf, valueOf } from './corosync.js'

/** What `corosync.conf` says of a cluster. */
export interface Membership {
  readonly name: string
  /** Counts the changes of the file. */
  readonly version: number
  /** Node ids by name. */
  readonly ids: ReadonlyMap<string, number>
}

/** The cluster that the nodes form; undefined for a node on its own. */
export function membership({ config }: Cluster): Membership | undefined {
  return config.has(path) ? config.parse(path, readMembership) : undefined
}

const path = 'corosync.conf'

/** Numbers that nobody wrote down are zero. */
function readMembership(text: string): Membership {
  const conf = parseCorosync(text)
  const totem = sectionOf(conf, 'totem')
  const nodes = sectionOf(sectionOf(conf, 'nodelist'), 'node')
  return {
    name: valueOf(totem, 'cluster_name') ?? '',
    version: Number(valueOf(totem, 'config_version') ?? 0),
    ids: new Map(
      Object.keys(nodes).map((name) => [name, Number(valueOf(sectionOf(nodes, name), 'nodeid'))]),
    ),
  }
}
