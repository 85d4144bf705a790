import { randomInt } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { failed, Fault } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { Cluster } from '../cluster.js'
import type { CallContext } from '../context.js'
import { Door } from './door.js'

/** What a client needs to open a console. */
export interface Console {
  readonly user: string
  readonly ticket: string
  readonly port: string
  readonly upid: string
  readonly password?: string
}

/** A port that waits for its only viewer. */
export interface OpenPort {
  readonly task: Task
  readonly port: string
  readonly ticket: Promise<string>
  readonly password: string | undefined
  /**
   * Undefined where nobody comes in time. Throws when the task is stopped, and shows a viewer out then, as when the guest
   * stops.
   */
  readonly viewer: () => Promise<Duplex | undefined>
  /** Aborted when the guest stops. */
  readonly stopped: AbortSignal
}

/** The program behind a port, which the task runs. */
export type ConsoleServer = (open: OpenPort) => Promise<void>

interface ConsoleRequest {
  /** ACL path that the ticket is bound to: `/vms/100`. */
  readonly path: string
  readonly task: { readonly type: string; readonly id: string | number }
  /** The guest that it is a console of. */
  readonly guest?: number
  /** A password for the screen protocol, beside the ticket. */
  readonly hasPassword: boolean
  readonly serve: ConsoleServer
}

/** Opens a port on the node that is asked, and starts the task that stands behind it. */
export async function openConsole(
  context: CallContext<unknown>,
  { path, task: { type, id }, guest, hasPassword, serve }: ConsoleRequest,
): Promise<Console> {
  const { cluster, node, user, startTask } = context
  const ports = portsOf(cluster)
  const port = freePort(context)
  const door = new Door(cluster.clock)
  const password = hasPassword ? screenPassword() : undefined
  const ticket = cluster.tickets.issueForConsole({ user, path, port })
  const upid = startTask(type, id, async (task) => {
    const stop = new AbortController()
    const forget = guest === undefined ? undefined : cluster.state.onStop(guest, () => stop.abort())
    const viewer = async (): Promise<Duplex | undefined> => {
      const peer = await door.viewer(task)
      stop.signal.addEventListener('abort', () => peer?.destroy(), { once: true })
      return peer
    }
    try {
      await serve({ task, port, ticket, password, viewer, stopped: stop.signal })
    } finally {
      forget?.()
    }
    task.signal.throwIfAborted()
  })
  ports.set(`${node}:${port}`, { upid, door })
  const opened = { user, port, upid }
  if (password === undefined) return { ...opened, ticket: await ticket }
  return { ...opened, ticket: `${password}:${await ticket}`, password }
}

/** Lets the holder of a ticket go on, by WebSocket, to the port that it was issued for. */
export async function enterConsole(
  context: CallContext<{ readonly port: string; readonly vncticket: string }>,
  path: string,
): Promise<{ port: string }> {
  const { cluster, node, user, params, setTunnel } = context
  const { port, vncticket } = params
  if (!(await cluster.tickets.isConsoleTicket(vncticket, { user, path, port }))) {
    throw new Fault(401, 'permission denied - invalid PVEVNC ticket')
  }
  const open = portsOf(cluster).get(`${node}:${port}`)
  const tunnel = open && cluster.state.tasks.isRunning(open.upid) ? open.door.tunnel : undefined
  if (tunnel) setTunnel(tunnel)
  return { port }
}

/** The consoles that listen, by node and port. */
type Ports = Map<string, { readonly upid: string; readonly door: Door }>

const ports = new WeakMap<Cluster, Ports>()

function portsOf(cluster: Cluster): Ports {
  let known = ports.get(cluster)
  if (!known) ports.set(cluster, (known = new Map()))
  return known
}

/** pve-common Tools.pm: next_vnc_port */
function freePort({ cluster, node }: CallContext<unknown>): string {
  const known = portsOf(cluster)
  for (const [port, { upid }] of known) if (!cluster.state.tasks.isRunning(upid)) known.delete(port)
  for (let port = 5900; port <= 5999; port += 1) {
    if (!known.has(`${node}:${port}`)) return String(port)
  }
  throw failed('unable to find free port (5900-5999)')
}

/** pve-common Ticket.pm: generate_vnc_password */
function screenPassword(): string {
  return String.fromCharCode(...Array.from({ length: 8 }, () => randomInt(0x21, 0x61)))
}
