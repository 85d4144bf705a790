import type { Clock } from '../engine/clock.js'
import { ConfigTree } from '../engine/config-tree.js'
import { ObservedMap } from '../engine/observed-map.js'
import { TaskTable, type TaskRecord } from '../engine/tasks.js'
import type { IdentityServer } from './access/identity-server.js'
import type { GuestBehaviour } from './guest/behaviour.js'
import { Backings, type BackingRecord } from './storage/backing.js'

/**
 * What happens to calls that are passed on to a node: nobody knows the way (as with a node that is off), nothing listens,
 * its certificate is not the one that the cluster knows, or it takes calls and never answers.
 */
export type NodeFault = 'unroutable' | 'refused' | 'untrusted' | 'silent'

/** A machine of the cluster, beside its part of `/etc/pve`. */
export interface NodeState {
  /** Address that the other nodes know. */
  readonly ip: string
  readonly online: boolean
  /** Why calls for it get lost on their way although it is there; absent for a node that is well. */
  readonly fault?: NodeFault
  /** Start of the machine in seconds since the epoch. */
  readonly bootTime: number
  readonly cpu: {
    readonly model: string
    readonly sockets: number
    readonly cores: number
    readonly mhz: number
  }
  /** Bytes. */
  readonly memory: number
  /** Bytes. */
  readonly swap: number
  /** Files outside `/etc/pve`, by absolute path: `/etc/network/interfaces`. */
  readonly files: Readonly<Record<string, string>>
  /** Names of services that were stopped; absent where all run. */
  readonly stoppedServices?: readonly string[]
}

/** A guest that runs. A stopped one has no entry. */
export interface GuestRun {
  readonly pid: number
  /** Start in milliseconds since the epoch. */
  readonly startTime: number
  /** State of the virtual machine monitor; containers are always `running`. */
  readonly status: 'running' | 'paused' | 'prelaunch'
  /** Text of the configuration that the guest was started with. */
  readonly startedWith: string
  /** When the system in it began, in milliseconds since the epoch; absent where that was the start. */
  readonly bootTime?: number
  /** What went on inside; absent as long as nobody asked. */
  readonly system?: GuestSystem
}

/** The inside of a running virtual machine, as far as its guest agent shows it. */
export interface GuestSystem {
  isFrozen: boolean
  /** Content of files that were written, in Base64, by path. */
  readonly files: Record<string, string>
  /** Processes whose end nobody has asked for. */
  readonly processes: GuestProcess[]
  nextPid: number
}

export interface GuestProcess {
  readonly pid: number
  /** Milliseconds since the epoch. */
  readonly end: number
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** Everything a cluster remembers, as plain data: what `snapshot()` returns and `restore()` takes. */
export interface ClusterSnapshot {
  readonly format: 1
  /** Files of `/etc/pve` by path below it. */
  readonly config: Readonly<Record<string, string>>
  readonly nodes: Readonly<Record<string, NodeState>>
  readonly guests: Readonly<Record<string, GuestRun>>
  /** What guests do that their configurations do not tell, by id. */
  readonly behaviours?: Readonly<Record<string, GuestBehaviour>>
  readonly backings: readonly BackingRecord[]
  /** Password hashes by user id. */
  readonly passwords: Readonly<Record<string, string>>
  /** When the public keys of tickets were written, in seconds since the epoch, by path; absent where nobody knows. */
  readonly keyTimes?: Readonly<Record<string, number>>
  /** Storages whose server or medium is away. */
  readonly offlineStorages?: readonly string[]
  /** No part of the cluster has the votes of more than half of its nodes, whether they are on or not. */
  readonly quorumLost?: true
  readonly tasks: readonly TaskRecord[]
  /** Servers that know people, by the host names of directories and the issuer URLs of providers. */
  readonly identityServers?: Readonly<Record<string, IdentityServer>>
}

/** What a cluster remembers: files of `/etc/pve`, and records of these kinds. */
export type StateKind =
  | 'file'
  | 'node'
  | 'guest'
  | 'behaviour'
  | 'backing'
  | 'volume'
  | 'password'
  | 'keyTime'
  | 'offlineStorage'
  | 'quorum'
  | 'identityServer'
  | 'task'

/** Everything a cluster remembers, in the form it works on. Values are replaced, never changed in place. */
export class ClusterState {
  /** Hears what was written or removed. */
  onChange: ((kind: StateKind, key: string) => void) | undefined
  readonly config: ConfigTree
  readonly nodes: Map<string, Readonly<NodeState>> = this.#records('node')
  readonly guests: Map<number, Readonly<GuestRun>> = new ObservedMap((vmid) => {
    this.#changed('guest', String(vmid))
    if (!this.guests.has(vmid)) for (const hear of this.#stopListeners.get(vmid) ?? []) hear()
  })
  readonly behaviours: Map<number, GuestBehaviour> = this.#records('behaviour')
  readonly backings: Backings = new Backings((backing, volume) => {
    if (volume === undefined) this.#changed('backing', backing)
    else this.#changed('volume', JSON.stringify([backing, volume]))
  })
  /** Hashes by user id; `/etc/pve/priv/shadow.cfg` and the nodes' `/etc/shadow` in one. */
  readonly passwords: Map<string, string> = this.#records('password')
  /** When the public keys of tickets were written, in seconds since the epoch, by path below `/etc/pve`. */
  readonly keyTimes: Map<string, number> = this.#records('keyTime')
  /** Storages whose server or medium is away. */
  readonly offlineStorages: Map<string, true> = this.#records('offlineStorage')
  /** Holds `lost` where the nodes cannot agree although they are on. */
  readonly quorum: Map<'lost', true> = this.#records('quorum')
  readonly tasks: TaskTable
  /** Servers outside that know people, by host name or issuer URL. */
  readonly identityServers: Map<string, IdentityServer> = this.#records('identityServer')

  #revision = 0
  readonly #stopListeners = new Map<number, Set<() => void>>()

  constructor(clock: Clock, version?: string) {
    this.config = new ConfigTree(version)
    this.tasks = new TaskTable(clock, (upid) => this.onChange?.('task', upid))
    this.config.onChange((path) => this.#changed('file', path))
  }

  /** Another number after each change of anything but tasks. */
  get revision(): number {
    return this.#revision
  }

  /** Calls back when the guest no longer runs; the result takes that back. */
  onStop(vmid: number, hear: () => void): () => void {
    const listeners = this.#stopListeners.get(vmid) ?? new Set()
    this.#stopListeners.set(vmid, listeners.add(hear))
    return () => {
      listeners.delete(hear)
      if (listeners.size === 0) this.#stopListeners.delete(vmid)
    }
  }

  snapshot(): ClusterSnapshot {
    return {
      format: 1,
      config: this.config.toJSON(),
      nodes: structuredClone(Object.fromEntries(this.nodes)),
      guests: structuredClone(Object.fromEntries(this.guests)),
      behaviours: structuredClone(Object.fromEntries(this.behaviours)),
      backings: this.backings.toJSON(),
      passwords: Object.fromEntries(this.passwords),
      keyTimes: Object.fromEntries(this.keyTimes),
      ...(this.offlineStorages.size > 0 && { offlineStorages: [...this.offlineStorages.keys()] }),
      ...(this.quorum.has('lost') && { quorumLost: true }),
      tasks: this.tasks.toJSON(),
      identityServers: Object.fromEntries(this.identityServers),
    }
  }

  restore(snapshot: ClusterSnapshot): void {
    this.tasks.replace(snapshot.tasks)
    this.config.replace(snapshot.config)
    refill(this.nodes, Object.entries(structuredClone(snapshot.nodes)))
    refill(
      this.guests,
      Object.entries(structuredClone(snapshot.guests)).map(([vmid, run]) => [Number(vmid), run]),
    )
    refill(
      this.behaviours,
      Object.entries(structuredClone(snapshot.behaviours ?? {})).map(([vmid, one]) => [
        Number(vmid),
        one,
      ]),
    )
    this.backings.replace(snapshot.backings)
    refill(
      this.offlineStorages,
      (snapshot.offlineStorages ?? []).map((id) => [id, true]),
    )
    refill(this.quorum, snapshot.quorumLost ? [['lost', true]] : [])
    refill(this.passwords, Object.entries(snapshot.passwords))
    refill(this.keyTimes, Object.entries(snapshot.keyTimes ?? {}))
    refill(this.identityServers, Object.entries(snapshot.identityServers ?? {}))
  }

  /** Writes a file of a node outside `/etc/pve`, or removes it where there is no text. */
  writeNodeFile(node: string, path: string, text: string | undefined): void {
    const state = this.nodes.get(node)
    if (!state) throw new Error(`no node ${node}`)
    const { [path]: _, ...others } = state.files
    const files = text === undefined ? others : { ...state.files, [path]: text }
    this.nodes.set(node, { ...state, files })
  }

  #records<K extends string | number, V>(kind: StateKind): Map<K, V> {
    return new ObservedMap<K, V>((key) => this.#changed(kind, String(key)))
  }

  #changed(kind: StateKind, key: string): void {
    this.#revision += 1
    this.onChange?.(kind, key)
  }
}

function refill<K, V>(map: Map<K, V>, entries: readonly (readonly [K, V])[]): void {
  map.clear()
  for (const [key, value] of entries) map.set(key, value)
}
