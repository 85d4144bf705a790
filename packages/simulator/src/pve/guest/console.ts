import { randomInt } from 'node:crypto'
import { failed } from '../../engine/fault.js'
import type { TaskBody } from '../../engine/tasks.js'
import type { Cluster } from '../cluster.js'
import type { CallContext } from '../context.js'

/** What a client needs to open a console. */
export interface Console {
  readonly user: string
  readonly ticket: string
  readonly port: string
  readonly upid: string
  readonly password?: string
}

interface ConsoleRequest {
  readonly vmid: number
  /** A password for the screen protocol, beside the ticket. */
  readonly hasPassword: boolean
  readonly body: (port: string) => TaskBody
}

/** Opens a port that waits for a viewer, and the task that stands behind it. */
export async function openConsole(
  context: CallContext<unknown>,
  { vmid, hasPassword, body }: ConsoleRequest,
): Promise<Console> {
  const { cluster, user, startTask } = context
  const number = freePort(cluster)
  const known = portsOf(cluster).set(number, undefined)
  const port = String(number)
  const ticket = await cluster.tickets.issueForConsole({ user, path: `/vms/${vmid}`, port })
  const upid = startTask('vncproxy', vmid, body(port))
  known.set(number, upid)
  if (!hasPassword) return { user, ticket, port, upid }
  const password = screenPassword()
  return { user, ticket: `${password}:${ticket}`, port, upid, password }
}

/** The task behind a screen: nobody connects. */
export const waitForViewer: TaskBody = async (task) => {
  await task.sleep(patience)
  throw failed('connection timed out')
}

/** The task behind a terminal: nobody connects. */
export function waitForTerminal(command: string): TaskBody {
  return async (task) => {
    await task.sleep(patience)
    throw failed(`command '${command}' failed: exit code 1`)
  }
}

/** Milliseconds. */
const patience = 10_000

/** The tasks that listen, by port; undefined while one is about to start. */
type Ports = Map<number, string | undefined>

const ports = new WeakMap<Cluster, Ports>()

function portsOf(cluster: Cluster): Ports {
  let known = ports.get(cluster)
  if (!known) ports.set(cluster, (known = new Map()))
  return known
}

/** pve-common Tools.pm: next_vnc_port */
function freePort(cluster: Cluster): number {
  const known = portsOf(cluster)
  for (const [port, upid] of known) {
    if (upid !== undefined && !cluster.state.tasks.isRunning(upid)) known.delete(port)
  }
  for (let port = 5900; port <= 5999; port += 1) if (!known.has(port)) return port
  throw failed('unable to find free port (5900-5999)')
}

/** pve-common Ticket.pm: generate_vnc_password */
function screenPassword(): string {
  return String.fromCharCode(...Array.from({ length: 8 }, () => randomInt(0x21, 0x61)))
}
