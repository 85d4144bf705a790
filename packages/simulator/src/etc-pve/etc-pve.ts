import type { SeedNode } from '../seeds/seed.js'

/** A real cluster to start from: what its nodes keep in `/etc/pve`. Nothing is written beside it. */
export interface EtcPve {
  /** Text of every file by path below `/etc/pve`. */
  readonly etcPve: Readonly<Record<string, string>>
  /** The machines by name; the first one is the one that clients reach. */
  readonly nodes: Readonly<Record<string, SeedNode>>
}

/** Something about a copy of `/etc/pve` that one may want to know. */
export interface ImportNote {
  readonly path: string
  readonly text: string
}

/** Whether a seed is a copy of a real cluster. */
export function isEtcPve(seed: unknown): seed is EtcPve {
  return typeof seed === 'object' && seed !== null && 'etcPve' in seed
}
