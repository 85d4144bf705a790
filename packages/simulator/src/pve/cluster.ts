import { loadDefinition, type Definition } from '@proxkit/schema'
import type { Clock } from '../engine/clock.js'
import type { ConfigTree } from '../engine/config-tree.js'
import { Fault, failed } from '../engine/fault.js'
import { OpenidExchanges } from './access/openid-exchanges.js'
import { TfaChallenges } from './access/tfa/user-challenges.js'
import { Tickets } from './access/tickets.js'
import { GuestIndex } from './guest-index.js'
import { GuestLocks } from './guest/guest-locks.js'
import { Container } from './lxc/container.js'
import { Vm } from './qemu/vm.js'
import { requireWritable } from './quorum.js'
import type { ClusterSnapshot, ClusterState, NodeFault, NodeState } from './state.js'
import { createStorages } from './storage/create-storages.js'
import type { Storages } from './storage/storages.js'

/** The simulated cluster: its state, and the questions that every branch of the API asks of it. */
export class Cluster {
  readonly state: ClusterState
  readonly clock: Clock
  /** The API of the version that the nodes run. */
  readonly definition: Definition
  /** Where every guest's configuration lies. */
  readonly guests: GuestIndex
  /** Who works on which guest. */
  readonly guestLocks: GuestLocks
  /** What stands in for passwords after a login. */
  readonly tickets: Tickets
  /** Who is asked for second factors, and how often he was wrong. */
  readonly tfaChallenges: TfaChallenges = new TfaChallenges()
  /** Logins by way of a provider of OpenID Connect that are under way. */
  readonly openidExchanges: OpenidExchanges = new OpenidExchanges()
  /** SHA-256 fingerprints of the certificates that clients are shown, by node. */
  readonly fingerprints: Map<string, string> = new Map()
  /** The storages and what lies on them. */
  readonly storages: Storages

  constructor(
    state: ClusterState,
    clock: Clock,
    definition: Definition = loadDefinition({ product: 'pve', version: '9.2' }),
  ) {
    this.state = state
    this.clock = clock
    this.definition = definition
    this.guests = new GuestIndex(state.config)
    this.guestLocks = new GuestLocks(clock)
    this.tickets = new Tickets(state, clock, definition.id.product === 'pmg' ? 'PMG' : 'PVE')
    this.storages = createStorages(this)
    state.config.requireWritable = (path) => requireWritable(this, path)
  }

  /** Takes over a state; whatever was under way is forgotten. */
  restore(snapshot: ClusterSnapshot): void {
    this.state.restore(snapshot)
    this.guestLocks.clear()
    this.tfaChallenges.clear()
    this.openidExchanges.clear()
  }

  /** The files of `/etc/pve`. */
  get config(): ConfigTree {
    return this.state.config
  }

  /** Names of all nodes, sorted. */
  nodeNames(): string[] {
    return [...this.state.nodes.keys()].toSorted()
  }

  /** The node that answers for the cluster unless a listener stands for another one. */
  get firstNode(): string {
    const [first] = this.state.nodes.keys()
    if (first === undefined) throw new Error('a cluster needs at least one node: the seed has none')
    return first
  }

  isOnline(node: string): boolean {
    return this.state.nodes.get(node)?.online ?? false
  }

  /** A node that must be a member of the cluster. */
  node(name: string): NodeState {
    const node = this.state.nodes.get(name)
    // pve-cluster Cluster.pm: check_node_exists
    if (!node) throw failed(`no such cluster node '${name}'`)
    return node
  }

  /** A node whose address is asked for. pve-cluster Cluster.pm: remote_node_ip */
  host(name: string): NodeState {
    const node = this.state.nodes.get(name)
    if (node) return node
    throw failed(
      `hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known`,
    )
  }

  /** The virtual machine of a node; whether it exists shows when it is used. */
  qemu(node: string, vmid: number): Vm {
    return new Vm(this, { node, vmid })
  }

  /** The container of a node; whether it exists shows when it is used. */
  lxc(node: string, vmid: number): Container {
    return new Container(this, { node, vmid })
  }

  /** Seconds since the epoch. */
  now(): number {
    return Math.floor(this.clock.now() / 1000)
  }

  /**
   * The node that executes a call for `wanted` that reached `entry`; throws what a call to an unknown or a dead node
   * gets.
   *
   * pve-manager HTTPServer.pm: rest_handler
   */
  locate(wanted: string, { node: entry, isForwarded = false }: Entry): string {
    if (wanted === 'localhost' || wanted === entry) return entry
    const node = this.host(wanted)
    if (isForwarded || node.ip === this.state.nodes.get(entry)?.ip) {
      throw new Fault(500, 'proxy loop detected', { plain: true })
    }
    const fault = node.fault ?? (node.online ? undefined : 'unroutable')
    if (fault) throw unreachable(fault)
    return wanted
  }
}

/** Where a call came in. */
interface Entry {
  readonly node: string
  /** Another node passed it on. */
  readonly isForwarded?: boolean
}

/** What AnyEvent::HTTP tells of a connection that came to nothing. */
function unreachable(fault: NodeFault): Fault {
  switch (fault) {
    case 'unroutable':
      return new Fault(595, 'No route to host', { unreachable: true, after: 3000 })
    case 'refused':
      return new Fault(595, 'Connection refused', { unreachable: true })
    case 'untrusted':
      return new Fault(596, 'error:0A000086:SSL routines::certificate verify failed', {
        unreachable: true,
      })
    case 'silent':
      return new Fault(596, 'Connection timed out', { unreachable: true, after: 30_000 })
    default:
      return fault satisfies never
  }
}
