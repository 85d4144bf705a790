import type { ClusterSnapshot, ClusterState, StateKind } from '../pve/state.js'

/** Kinds of what a cluster remembers beside the files of `/etc/pve`. */
export type RecordKind = Exclude<StateKind, 'file'>

export interface StateRecord {
  readonly kind: RecordKind
  readonly key: string
  readonly value: unknown
}

/** A record as plain data; undefined where there is none, or none any more. */
export function recordOf(state: ClusterState, kind: RecordKind, key: string): unknown {
  return readers[kind](state, key)
}

const readers: Readonly<Record<RecordKind, (state: ClusterState, key: string) => unknown>> = {
  node: ({ nodes }, key) => nodes.get(key),
  guest: ({ guests }, key) => guests.get(Number(key)),
  behaviour: ({ behaviours }, key) => behaviours.get(Number(key)),
  backing: ({ backings }, key) => {
    const backing = backings.get(key)
    return backing && { capacity: backing.capacity, base: backing.base }
  },
  volume: ({ backings }, key) => {
    const [backing, name] = placeOf(key)
    return backings.get(backing)?.get(name)
  },
  password: ({ passwords }, key) => passwords.get(key),
  keyTime: ({ keyTimes }, key) => keyTimes.get(key),
  offlineStorage: ({ offlineStorages }, key) => offlineStorages.get(key),
  quorum: ({ quorum }) => quorum.get('lost'),
  identityServer: ({ identityServers }, key) => identityServers.get(key),
  task: ({ tasks }, key) => tasks.get(key),
}

/** The state that files and records make up, in the order in which they were first written. */
export function snapshotOf(
  config: Readonly<Record<string, string>>,
  records: Iterable<StateRecord>,
): ClusterSnapshot {
  const byKind = new Map<RecordKind, [key: string, value: unknown][]>()
  for (const { kind, key, value } of records) {
    const list = byKind.get(kind)
    if (list) list.push([key, value])
    else byKind.set(kind, [[key, value]])
  }
  const map = (kind: RecordKind): Record<string, unknown> =>
    Object.fromEntries(byKind.get(kind) ?? [])
  const volumes = new Map<string, unknown[]>()
  for (const [key, value] of byKind.get('volume') ?? []) {
    const [backing] = placeOf(key)
    volumes.set(backing, [...(volumes.get(backing) ?? []), value])
  }
  const snapshot: unknown = {
    format: 1,
    config,
    nodes: map('node'),
    guests: map('guest'),
    behaviours: map('behaviour'),
    backings: (byKind.get('backing') ?? []).map(([key, value]) =>
      Object.assign({ key, volumes: volumes.get(key) ?? [] }, value),
    ),
    passwords: map('password'),
    keyTimes: map('keyTime'),
    offlineStorages: (byKind.get('offlineStorage') ?? []).map(([key]) => key),
    ...(byKind.has('quorum') && { quorumLost: true }),
    tasks: (byKind.get('task') ?? []).map(([, value]) => value),
    identityServers: map('identityServer'),
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the values are what `recordOf` gave
  return snapshot as ClusterSnapshot
}

function placeOf(key: string): [backing: string, name: string] {
  const parts: unknown = JSON.parse(key)
  return Array.isArray(parts) ? [String(parts[0]), String(parts[1])] : ['', '']
}
