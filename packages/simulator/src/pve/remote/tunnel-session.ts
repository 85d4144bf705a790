import { Fault, invalidParameters } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { Cluster } from '../cluster.js'
import type { Door } from '../console/door.js'
import type { CallContext } from '../context.js'
import type { GuestConfig, ReadonlyGuestConfig } from '../guest/config-file.js'

export type TunnelParams = Readonly<Record<string, unknown>>

/** What the other side may ask for, and what it is answered. */
export type TunnelCommands = Readonly<
  Record<string, (params: TunnelParams) => object | undefined | Promise<object | undefined>>
>

/** A machine or a container that comes in. */
export interface IncomingGuest {
  readonly vmid: number
  readonly config: ReadonlyGuestConfig
  write(config: GuestConfig): void
  update(change: (config: GuestConfig) => void): void
  remove(): void
}

/** In what the far ends of machines and containers differ. */
export interface TunnelKind {
  /** What the guest is called in refusals. */
  readonly noun: 'VM' | 'CT'
  /** Type of the task. */
  readonly task: string
  /** What storages have to take, as `content` has it and in the words of the refusal. */
  readonly content: 'images' | 'rootdir'
  readonly contentName: string
  readonly socket: (vmid: number) => string
  readonly storageSocket: (vmid: number) => string
  readonly commands: (session: TunnelSession) => TunnelCommands
}

/** The far end of a migration: what it has taken over so far. */
export interface TunnelSession {
  readonly context: CallContext<unknown>
  readonly kind: TunnelKind
  readonly guest: IncomingGuest
  readonly task: Task
  /** Milliseconds to wait for a connection. */
  readonly patience: number
  /** Sockets that may be asked for, with who waits behind them. */
  readonly sockets: Map<string, Door | undefined>
  /** Volumes that came in. */
  readonly volumes: Set<string>
  /** The lock that the configuration has to have. */
  lock: string | undefined
  /** How the import that runs ends. */
  diskImport: Promise<object> | undefined
  isEnding: boolean
}

/** Lets the other side connect to one more socket. */
export function listenOn(
  { context: { cluster, node }, sockets }: TunnelSession,
  { socket, door }: { readonly socket: string; readonly door: Door },
): void {
  sockets.set(socket, door)
  socketsOf(cluster).set(`${node}:${socket}`, door)
}

/** Lets the holder of a ticket go on to the socket that it was issued for. API2/Qemu.pm: mtunnelwebsocket */
export async function enterTunnel(
  context: CallContext<{
    readonly node: string
    readonly socket: string
    readonly ticket: string
  }>,
): Promise<{ socket: string }> {
  requireLocalNode(context)
  const { cluster, node, user, params } = context
  const { socket, ticket } = params
  if (!(await cluster.tickets.isTunnelTicket(ticket, { user, path: `/socket/${socket}` }))) {
    throw new Fault(401, 'permission denied - invalid PVETUNNEL ticket')
  }
  const tunnel = socketsOf(cluster).get(`${node}:${socket}`)?.tunnel
  if (tunnel) context.setTunnel(tunnel)
  return { socket }
}

const sockets = new WeakMap<Cluster, Map<string, Door>>()

/** Who waits behind the sockets of the nodes. */
export function socketsOf(cluster: Cluster): Map<string, Door> {
  let known = sockets.get(cluster)
  if (!known) sockets.set(cluster, (known = new Map()))
  return known
}

/** A tunnel leads to the node that is asked and no further. */
export function requireLocalNode({ params, node }: CallContext<{ readonly node: string }>): void {
  if (params.node === node) return
  throw invalidParameters({ node: `node needs to be 'localhost' or local hostname '${node}'` })
}
