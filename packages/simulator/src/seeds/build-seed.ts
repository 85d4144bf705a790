import { hashPasswordSync } from '../pve/access/password.js'
import type { ClusterSnapshot, GuestRun, NodeState } from '../pve/state.js'
import { parseSize } from '../pve/guest/size.js'
import { isEtcPve, type EtcPve } from '../etc-pve/etc-pve.js'
import { checkSeed } from './check-seed.js'
import { configFiles } from './config-files.js'
import { lab } from './lab.js'
import { nodeFiles } from './node-files.js'
import { backingsOf } from './seed-backings.js'
import type { Seed, SeedNode } from './seed.js'
import { single } from './single.js'

/** Password of root@pam where neither the seed nor the caller gives one. */
export const defaultRootPassword = 'proxkit'

export interface BuildSeedOptions {
  /** Milliseconds since the epoch: when the cluster is as the seed says. */
  readonly now: number
  /** Password of root@pam; default what the seed says, else `defaultRootPassword`. */
  readonly rootPassword?: string
  /** The version whose roles there are; default the newest. */
  readonly version?: string
}

const builtIn: Readonly<Record<'lab' | 'single', Seed>> = { lab, single }
const tenDays = 10 * 24 * 60 * 60

/** Makes a cluster of a seed. Throws `SeedError` when the seed makes no sense. */
export function buildSeed(
  given: 'lab' | 'single' | Seed | EtcPve,
  { now, rootPassword, version }: BuildSeedOptions,
): ClusterSnapshot {
  const seed = seedOf(given)
  const addresses = new Map(
    Object.entries(seed.nodes).map(([name, { ip }], index) => [
      name,
      ip ?? `192.0.2.${11 + index}`,
    ]),
  )
  const nodes = Object.fromEntries(
    Object.entries(seed.nodes).map(([name, node]) => [
      name,
      nodeState(node, { name, addresses, now }),
    ]),
  )
  const written = isEtcPve(given) ? {} : configFiles(seed, { nodes, now, version })
  const config = { ...written, ...seed.files }
  return {
    format: 1,
    config,
    nodes,
    guests: runningGuests(seed, { nodes, config }),
    behaviours: Object.fromEntries(
      (seed.guests ?? []).flatMap(({ vmid, behaviour }) => (behaviour ? [[vmid, behaviour]] : [])),
    ),
    backings: backingsOf(seed, { config, now }),
    passwords: passwords(seed, rootPassword),
    tasks: [],
    identityServers: seed.identityServers ?? {},
  }
}

function seedOf(given: 'lab' | 'single' | Seed | EtcPve): Seed {
  if (typeof given === 'string') return builtIn[given]
  if (isEtcPve(given)) return { nodes: given.nodes, storage: {}, files: given.etcPve }
  return checkSeed(given)
}

function nodeState(
  node: SeedNode,
  place: {
    readonly name: string
    readonly addresses: ReadonlyMap<string, string>
    readonly now: number
  },
): NodeState {
  const { name, addresses, now } = place
  const cpus = node.cpus ?? 8
  const sockets = cpus % 2 === 0 && cpus > 64 ? 2 : 1
  return {
    ip: addresses.get(name) ?? '',
    online: node.online ?? true,
    ...(node.fault && { fault: node.fault }),
    ...(node.stoppedServices && { stoppedServices: [...node.stoppedServices] }),
    bootTime: Math.floor(now / 1000) - (node.uptime ?? tenDays),
    cpu: { model: 'AMD EPYC 7443P 24-Core Processor', sockets, cores: cpus / sockets, mhz: 2844.8 },
    memory: bytes(node.memory ?? '32G'),
    swap: bytes('8G'),
    files: { ...nodeFiles({ name, addresses, bridges: node.bridges }), ...node.files },
  }
}

function runningGuests(
  seed: Seed,
  {
    nodes,
    config,
  }: {
    readonly nodes: Readonly<Record<string, NodeState>>
    readonly config: Readonly<Record<string, string>>
  },
): Record<string, GuestRun> {
  const running = (seed.guests ?? []).filter((guest) => guest.running)
  return Object.fromEntries(
    running.map(({ vmid, type, node }, index) => {
      const started = (nodes[node]?.bootTime ?? 0) + 30 + index
      const path = `nodes/${node}/${type === 'lxc' ? 'lxc' : 'qemu-server'}/${vmid}.conf`
      const run: GuestRun = {
        pid: 2000 + index * 8,
        startTime: started * 1000,
        status: 'running',
        startedWith: config[path] ?? '',
      }
      return [vmid, run]
    }),
  )
}

function passwords(seed: Seed, rootPassword: string | undefined): Record<string, string> {
  const { 'root@pam': root, ...others } = seed.users ?? {}
  const known = Object.entries(others).flatMap(([user, { password }]) =>
    password === undefined ? [] : [[user, password] as const],
  )
  const all = [
    ['root@pam', rootPassword ?? root?.password ?? defaultRootPassword] as const,
    ...known,
  ]
  return Object.fromEntries(all.map(([user, password]) => [user, hashPasswordSync(password)]))
}

function bytes(size: string | number): number {
  const parsed = parseSize(String(size))
  if (parsed === undefined) throw new TypeError(`${size} is not a size`)
  return parsed
}
