import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.js'
import type { Cut, Tunnel } from '../handle.js'
import { acceptWebSocket } from './accept-web-socket.js'
import { readHead, type BadHead, type RequestHead } from './head.js'
import { encodeReply, type EncodedReply, type Reply } from './reply.js'
import { refuseHead, type HttpService } from './service.js'

export interface ConnectionOptions {
  readonly service: HttpService
  readonly clock: Clock
  /** The node that this listener stands for. */
  readonly node: string
  /** Real milliseconds after which a silent client is cut off; default 5000. */
  readonly idleTimeout?: number
  /** Set on a TLS port for clients that speak plain HTTP: they are sent to `https:`. */
  readonly redirect?: boolean
}

const nothing = Buffer.alloc(0)

/** A socket of `net` or `tls`, as far as it is used here. */
export interface Socket extends Duplex {
  setTimeout(milliseconds: number, callback?: () => void): unknown
  /** Ends the connection with a reset. */
  resetAndDestroy?(): unknown
}

// pve-http-server AnyEvent.pm: timeout
export const defaultIdleTimeout = 5000
// pve-manager pveproxy.pm: max_conn_requests
const requestsPerConnection = 100
/** More than any request may send; reading stops while an answer is being made. */
const maxReceived = 1024 * 1024

/**
 * Speaks HTTP/1 on one connection as the original does: one request after the other, up to a hundred, and every
 * refusal closes it.
 *
 * Kept apart from `node:http`, which cannot repeat the protocol version, accept what the original accepts or stay
 * silent where it does.
 */
export function serveConnection(socket: Socket, options: ConnectionOptions): void {
  const { service, clock, node, idleTimeout = defaultIdleTimeout } = options
  let received: Buffer = Buffer.alloc(0)
  let remaining = requestsPerConnection
  let phase: 'head' | 'body' | 'answer' | 'written' | 'closing' = 'head'

  socket.setTimeout(idleTimeout, () => {
    if (phase !== 'answer') socket.destroy()
  })
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    if (phase === 'closing') return
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    if (received.length > maxReceived) socket.pause()
    if (phase === 'head') next()
  })

  function next(): void {
    const result = readHead(received)
    if (result.kind === 'incomplete') return
    // Blank lines in front count too: the original counts every line that it reads in search of a request.
    remaining -= 1 + result.blankLines
    if (result.kind === 'bad') {
      refuse(result.bad)
      return
    }
    received = received.subarray(result.length)
    const { head } = result
    if (options.redirect) redirect(head)
    else void answer(head)
  }

  async function answer(head: RequestHead): Promise<void> {
    phase = 'answer'
    try {
      const opened = await service.open(head, node)
      const reply =
        opened && 'receive' in opened
          ? await opened.receive(chunks(opened.bodyLength))
          : opened && 'finish' in opened
            ? await opened.finish(await body(opened.bodyLength))
            : opened
      if (reply?.tunnel) await upgrade(head, reply.tunnel)
      else if (reply && isSendable(reply)) send(head, reply)
      else staySilent()
    } catch (error) {
      // Nothing may end the process that simulates; the client sees a broken connection.
      socket.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }

  async function upgrade(head: RequestHead, tunnel: Tunnel): Promise<void> {
    const hangUp = (): void => {
      phase = 'closing'
      socket.setTimeout(idleTimeout)
      socket.end()
    }
    socket.removeAllListeners('data')
    socket.pause()
    await acceptWebSocket({ socket, head, received, hangUp }, tunnel)
    socket.resume()
  }

  async function body(length: number): Promise<Buffer> {
    if (length === 0) return nothing
    phase = 'body'
    while (received.length < length) {
      await new Promise<void>((resolve) => {
        socket.once('data', () => resolve())
      })
    }
    phase = 'answer'
    const content = received.subarray(0, length)
    received = received.subarray(length)
    return content
  }

  /** The body as it comes; never much of it is held. */
  async function* chunks(length: number): AsyncGenerator<Buffer> {
    for (let missing = length; missing > 0;) {
      const chunk = received.subarray(0, missing)
      received = received.subarray(chunk.length)
      missing -= chunk.length
      if (chunk.length > 0) {
        yield chunk
        continue
      }
      phase = 'body'
      const arrived = new Promise<void>((resolve) => {
        socket.once('data', () => resolve())
      })
      if (socket.isPaused()) socket.resume()
      await arrived
      phase = 'answer'
    }
  }

  /** The client is left waiting until the idle time-out ends the connection. */
  function staySilent(): void {
    phase = 'closing'
    received = Buffer.alloc(0)
    if (socket.isPaused()) socket.resume()
  }

  function send(head: RequestHead, reply: Reply): void {
    if (reply.cut) {
      breakOff(head, { reply, cut: reply.cut })
      return
    }
    const keepAlive = staysOpen(head, reply)
    write(
      encodeReply(reply, { head, protocol: head.protocol, keepAlive, now: clock.now() }),
      keepAlive,
    )
  }

  function breakOff(
    head: RequestHead,
    { reply, cut }: { readonly reply: Reply; readonly cut: Cut },
  ): void {
    phase = 'closing'
    if (cut === 'drop') socket.destroy()
    else if (cut === 'reset') socket.resetAndDestroy?.()
    else {
      const options = { head, protocol: head.protocol, keepAlive: false, now: clock.now() }
      const { head: text, content = nothing } = encodeReply(reply, options)
      const whole = Buffer.concat([Buffer.from(text, 'latin1'), content])
      const bodyLength = whole.length - (whole.indexOf('\r\n\r\n') + 4)
      socket.write(whole.subarray(0, whole.length - Math.ceil(bodyLength / 2)), () =>
        socket.destroy(),
      )
    }
  }

  function staysOpen(head: RequestHead, reply: Reply): boolean {
    const isRefusal = reply.status >= 400 && reply.style !== 'hyper'
    return remaining > 0 && !isRefusal && !reply.close && wantsKeepAlive(head)
  }

  function refuse({ status, reason = '', protocol }: BadHead): void {
    phase = 'closing'
    received = Buffer.alloc(0)
    // The original only dies inside an eval here: nothing is sent, and the time-out ends the connection.
    if (status === undefined) return
    const reply = { status, reason, body: reason }
    write(
      encodeReply(reply, { head: undefined, protocol, keepAlive: false, now: clock.now() }),
      false,
    )
  }

  /** pve-http-server AnyEvent.pm: ensure_tls_connection */
  function redirect(head: RequestHead): void {
    const host = head.header('host')
    const refusal = refuseHead(head)
    const reply = refusal ?? (host === undefined ? undefined : toHttps(head, host))
    phase = 'closing'
    if (!reply) return
    // The header promises more than is kept: the original disconnects all the same.
    const keepAlive = staysOpen(head, reply)
    write(encodeReply(reply, { head, protocol: head.protocol, keepAlive, now: clock.now() }), false)
  }

  function write({ head, content }: EncodedReply, keepAlive: boolean): void {
    // One packet for both.
    if (content) socket.cork()
    let isTaken = socket.write(head, 'latin1')
    if (content) {
      isTaken = socket.write(content)
      socket.uncork()
    }
    if (!keepAlive) {
      phase = 'closing'
      socket.end()
    } else if (isTaken) proceed()
    else {
      // Nothing more is answered, or read, until the client has taken what it asked for.
      phase = 'written'
      socket.pause()
      socket.once('drain', proceed)
    }
  }

  function proceed(): void {
    phase = 'head'
    if (socket.isPaused()) socket.resume()
    if (received.length > 0) next()
  }
}

/** Writing fails in the original where the status line holds a character that is no byte. */
function isSendable({ reason }: Reply): boolean {
  return !/^[^\n\u0100-\uFFFF]*[\u0100-\uFFFF]/.test(reason)
}

function toHttps(head: RequestHead, host: string): Reply {
  const isGet = head.method === 'GET'
  const reason = isGet ? 'Moved Permanently' : 'Permanent Redirect'
  const headers = {
    Location: `https://${host.replace(/^https?:\/\//, '').replaceAll('\r', '')}${head.target}`,
  }
  return { status: isGet ? 301 : 308, reason, body: reason, headers }
}

/** pve-http-server AnyEvent.pm: process_header */
function wantsKeepAlive(head: RequestHead): boolean {
  const connection = head.header('connection')
  return connection ? !/close/i.test(connection) : head.minorVersion > 0
}
