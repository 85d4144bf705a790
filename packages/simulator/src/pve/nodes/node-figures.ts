import type { Cluster } from '../cluster.js'
import { containerRow } from '../lxc/container-row.js'
import { vmRow } from '../qemu/vm-row.js'

/** What a node uses of its machine. Sizes are bytes, `cpu` and `wait` shares of all processors. */
export interface NodeFigures {
  /** Seconds. */
  readonly uptime: number
  readonly cpus: number
  readonly cpu: number
  readonly wait: number
  readonly loadavg: readonly [number, number, number]
  readonly memory: { readonly total: number; readonly used: number }
  readonly swap: { readonly total: number; readonly used: number }
  readonly disk: { readonly total: number; readonly used: number; readonly avail: number }
}

const giga = 2 ** 30
/** What the host itself takes. */
const hostMemory = 1.6 * giga
/** A root file system where there is no local storage to tell its size. */
const rootDisk = { total: 94 * giga, used: 4 * giga, avail: 90 * giga }

interface FigureOptions {
  /** Default those of now. */
  readonly loads?: NodeLoads
  /** Seconds since the epoch; default now. */
  readonly now?: number
}

/** Figures that follow from what runs on the node, and move with time. */
export function nodeFigures(
  cluster: Cluster,
  name: string,
  { loads = nodeLoads(cluster), now = cluster.now() }: FigureOptions = {},
): NodeFigures {
  const node = cluster.node(name)
  const uptime = Math.max(1, now - node.bootTime)
  const cpus = node.cpu.sockets * node.cpu.cores
  const guests = loads.get(name) ?? { cpus: 0, memory: 0 }
  const idle = 0.006 + 0.004 * Math.sin(uptime / 53)
  const cpu = Math.min(0.99, idle + guests.cpus / cpus)
  const load = (minutes: number): number =>
    cpu * cpus * (1 + 0.2 * Math.sin(uptime / (60 * minutes) + cpus))
  const used = Math.min(node.memory * 0.98, hostMemory + guests.memory)
  return {
    uptime,
    cpus,
    cpu,
    wait: cpu / 40,
    loadavg: [load(1), load(5), load(15)],
    memory: { total: node.memory, used: Math.round(used) },
    swap: { total: node.swap, used: 0 },
    disk: cluster.storages.usage('local', name) ?? rootDisk,
  }
}

/** Processors and bytes that the running guests use, by node. */
export type NodeLoads = ReadonlyMap<string, { readonly cpus: number; readonly memory: number }>

export function nodeLoads(cluster: Cluster): NodeLoads {
  const loads = new Map<string, { cpus: number; memory: number }>()
  for (const vmid of cluster.state.guests.keys()) {
    const place = cluster.guests.get(vmid)
    if (!place) continue
    const row = place.type === 'qemu' ? vmRow(cluster, place) : containerRow(cluster, place)
    const load = loads.get(place.node) ?? { cpus: 0, memory: 0 }
    load.cpus += row.cpu * Number(row.cpus)
    load.memory += 'memhost' in row ? row.memhost : row.mem
    loads.set(place.node, load)
  }
  return loads
}
