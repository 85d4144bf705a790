import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { failed, Fault, faultText, invalidParameters } from '../../engine/fault.js'
import { splitList } from '../config-text.js'
import { Door } from '../console/door.js'
import type { CallContext } from '../context.js'
import { requireBridge } from '../guest/bridge.js'
import { emptyConfig } from '../guest/config-file.js'
import { requireUnusedId } from '../guest/unused-id.js'
import { commonCommands, requireStorage } from './tunnel-commands.js'
import {
  requireLocalNode,
  socketsOf,
  type IncomingGuest,
  type TunnelCommands,
  type TunnelKind,
  type TunnelSession,
} from './tunnel-session.js'

const patience = 300_000

/** Takes the id and waits for the other side to connect. API2/Qemu.pm: mtunnel */
export async function openTunnel(
  context: CallContext<{
    readonly node: string
    readonly storages?: string
    readonly bridges?: string
  }>,
  { kind, guest }: { readonly kind: TunnelKind; readonly guest: IncomingGuest },
): Promise<{ ticket: string; upid: string; socket: string }> {
  requireLocalNode(context)
  const { params, cluster, node, user } = context
  for (const storage of splitList(params.storages ?? '')) requireStorage({ context, kind }, storage)
  for (const bridge of splitList(params.bridges ?? '')) requireBridge(cluster, { node, bridge })
  takeId(context, { kind, guest })
  const door = new Door(cluster.clock)
  const socket = kind.socket(guest.vmid)
  const ticket = await cluster.tickets.issueForTunnel({ user, path: `/socket/${socket}` })
  const upid = context.startTask(kind.task, guest.vmid, (task) =>
    serve({
      context,
      kind,
      guest,
      task,
      patience,
      sockets: new Map([[socket, door]]),
      volumes: new Set(),
      lock: 'create',
      diskImport: undefined,
      isEnding: false,
    }),
  )
  socketsOf(cluster).set(`${node}:${socket}`, door)
  return { ticket, upid, socket }
}

function takeId(
  context: CallContext<unknown>,
  { kind, guest }: { readonly kind: TunnelKind; readonly guest: IncomingGuest },
): void {
  try {
    requireUnusedId(context, guest.vmid)
    const config = emptyConfig()
    config.main.set('lock', 'create')
    guest.write(config)
  } catch (error) {
    throw invalidParameters({
      vmid: `unable to create empty ${kind.noun} config - ${faultText(error)}\n`,
    })
  }
}

async function serve(session: TunnelSession): Promise<void> {
  const { task, kind, guest, sockets, context } = session
  task.log('mtunnel started')
  const [door] = sockets.values()
  try {
    const peer = await door?.viewer(task, patience)
    if (!peer) {
      task.log('Failed to accept tunnel connection - got timeout', 'Removing tunnel socket..')
      task.log(`Removing temporary ${kind.noun} config..`)
      guest.remove()
      throw failed('Exiting mtunnel')
    }
    await converse(session, peer)
    task.signal.throwIfAborted()
    if (!session.isEnding) throw failed('mtunnel exited unexpectedly')
    task.log('mtunnel exited')
  } finally {
    const known = socketsOf(context.cluster)
    for (const socket of sockets.keys()) known.delete(`${context.node}:${socket}`)
  }
}

async function converse(session: TunnelSession, peer: Duplex): Promise<void> {
  const commands = { ...commonCommands(session), ...session.kind.commands(session) }
  try {
    for await (const line of createInterface({ input: peer })) {
      const answer = await answerTo(session, { line, commands })
      peer.write(`${JSON.stringify(answer)}\n`)
    }
  } catch {
    // A connection that breaks is one that ends.
  }
}

async function answerTo(
  session: TunnelSession,
  { line, commands }: { line: string; commands: TunnelCommands },
): Promise<object> {
  let parsed: Readonly<Record<string, unknown>>
  try {
    parsed = Object(JSON.parse(line))
  } catch (error) {
    return refusal(`failed to parse command - ${faultText(error)}\n`)
  }
  const { cmd, ...params } = parsed
  if (typeof cmd !== 'string') return refusal("'cmd' missing")
  if (session.isEnding) {
    return refusal(`tunnel is in exit-mode, processing '${cmd}' cmd not possible`)
  }
  const run = Object.hasOwn(commands, cmd) ? commands[cmd] : undefined
  if (!run) return refusal(`unknown command '${cmd}' given`)
  session.task.log(`received command '${cmd}'`)
  try {
    requireLock(session)
    const result = await run(params)
    return { ...result, success: true }
  } catch (error) {
    const text = error instanceof Fault ? error.text : `${faultText(error)}\n`
    return refusal(`failed to handle '${cmd}' command - ${text}`)
  }
}

function requireLock({ lock, guest }: TunnelSession): void {
  if (lock !== undefined && guest.config.main.get('lock') !== lock) {
    throw failed('Encountered wrong lock - aborting mtunnel command handling.')
  }
}

function refusal(msg: string): object {
  return { success: false, msg }
}
