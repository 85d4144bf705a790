import type { Cluster } from '../cluster.js'
import { parseCorosync, sectionOf, valueOf } from './corosync.js'

/** What `corosync.conf` says of a cluster. */
export interface Membership {
  readonly name: string
  /** Counts the changes of the file. */
  readonly version: number
  /** Node ids by name. */
  readonly ids: ReadonlyMap<string, number>
  /** Addresses or host names of the first link by name of the node. */
  readonly addresses: ReadonlyMap<string, string>
}

/** The cluster that the nodes form; undefined for a node on its own. */
export function membership({ config }: Cluster): Membership | undefined {
  return config.has(path) ? config.parse(path, readMembership) : undefined
}

const path = 'corosync.conf'

/** Reads `corosync.conf`; numbers that nobody wrote down are zero. */
export function readMembership(text: string): Membership {
  const conf = parseCorosync(text)
  const totem = sectionOf(conf, 'totem')
  const nodes = sectionOf(sectionOf(conf, 'nodelist'), 'node')
  const ids = new Map<string, number>()
  const addresses = new Map<string, string>()
  for (const name of Object.keys(nodes)) {
    const node = sectionOf(nodes, name)
    const address = valueOf(node, 'ring0_addr')
    ids.set(name, Number(valueOf(node, 'nodeid') ?? 0))
    if (address !== undefined) addresses.set(name, address)
  }
  return {
    name: valueOf(totem, 'cluster_name') ?? '',
    version: Number(valueOf(totem, 'config_version') ?? 0),
    ids,
    addresses,
  }
}
