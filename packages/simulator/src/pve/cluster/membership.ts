import type { Cluster } from '../cluster.js'

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
  return config.has(path) ? config.parse(path, parseCorosync) : undefined
}

const path = 'corosync.conf'

/** pve-cluster Corosync.pm: parse_conf, as far as it is asked for */
export function parseCorosync(text: string): Membership {
  const ids = new Map<string, number>()
  const addresses = new Map<string, string>()
  for (const [block] of text.matchAll(/\bnode\s*\{[^}]*\}/g)) {
    const address = /^\s*ring0_addr:\s*(\S+)/m.exec(block)?.[1]
    const name = /^\s*name:\s*(\S+)/m.exec(block)?.[1] ?? address
    const id = /^\s*nodeid:\s*(\d+)/m.exec(block)?.[1]
    if (name && id) ids.set(name, Number(id))
    if (name && address) addresses.set(name, address)
  }
  return {
    name: /^\s*cluster_name:\s*(\S+)/m.exec(text)?.[1] ?? '',
    version: Number(/^\s*config_version:\s*(\d+)/m.exec(text)?.[1] ?? 0),
    ids,
    addresses,
  }
}
