import { parseSize } from '../pve/guest/size.js'

/** What the nodes need to run their guests, which `/etc/pve` tells of; of the machines themselves it tells nothing. */
export interface Needs {
  /** Logical processors. */
  readonly cpus: number
  /** Bytes. */
  readonly memory: number
  readonly bridges: readonly string[]
}

const guestFile = /^nodes\/([^/]+)\/(?:qemu-server|lxc)\/\d+\.conf$/
const leastCpus = 8
const leastMemory = 32 * 2 ** 30

/** The needs of every node: its own guests at once, and any guest of the cluster that may come to it. */
export function needsOf(
  files: Readonly<Record<string, string>>,
  nodes: readonly string[],
): ReadonlyMap<string, Needs> {
  const guests = Object.entries(files).flatMap(([path, text]) => {
    const node = guestFile.exec(path)?.[1]
    return node === undefined ? [] : [{ node, ...guestNeeds(text) }]
  })
  const cpus = Math.max(leastCpus, ...guests.map((guest) => guest.cpus))
  const bridges = bridgesOf(
    guests.flatMap((guest) => guest.bridges),
    files,
  )
  return new Map(
    nodes.map((name) => {
      const own = guests.filter((guest) => guest.node === name)
      let memory = leastMemory
      while (memory < own.reduce((sum, guest) => sum + guest.memory, 0)) memory *= 2
      return [name, { cpus, memory, bridges }]
    }),
  )
}

function guestNeeds(text: string): {
  readonly cpus: number
  readonly memory: number
  readonly bridges: readonly string[]
} {
  // The next start may bring what is pending, and a rollback what a snapshot holds.
  const number = (name: string, fallback: number): number =>
    Math.max(
      fallback,
      ...Array.from(text.matchAll(new RegExp(`^${name}: (?:current=)?(\\d+)`, 'gm')), ([, value]) =>
        Number(value),
      ),
    )
  return {
    cpus: number('cores', 1) * number('sockets', 1),
    memory: parseSize(`${number('memory', 512)}M`) ?? 0,
    bridges: Array.from(text.matchAll(/^net\d+: .*?\bbridge=([^,\s]+)/gm), ([, name = '']) => name),
  }
}

/** Bridges that no node has of itself, and that no virtual network is. */
function bridgesOf(
  names: readonly string[],
  files: Readonly<Record<string, string>>,
): readonly string[] {
  const vnets = (files['sdn/vnets.cfg'] ?? '').matchAll(/^vnet:\s*(\S+)/gm)
  const present = new Set(['vmbr0', ...Array.from(vnets, ([, name = '']) => name)])
  return [...new Set(names)].filter((name) => !present.has(name)).toSorted()
}
