import type { Duplex } from 'node:stream'
import { failureOf } from '../errors.js'
import type { TimedRequest } from '../timed-request.js'
import { ConnectorAgent } from './connector-agent.js'
import type { Grant } from './credentials.js'
import { toError } from './failure.js'
import type { Host } from './hosts.js'

export interface ConsoleWay {
  /** The call that opened the console, and its answer. */
  readonly request: TimedRequest
  readonly data: unknown
  readonly grant: Grant | undefined
  /** Milliseconds until the WebSocket has to stand, if there is a limit. */
  readonly left: number | undefined
}

/** Goes on to a console that a host has just opened: it waits on that host and no other. */
export const openWebSocket = async (
  host: Host,
  { request: { path, signal }, data, grant, left }: ConsoleWay,
): Promise<Duplex> => {
  const request = { verb: 'GET', path: path.replace(/[^/]+$/, 'vncwebsocket'), params: {} } as const
  const { createWebSocketStream, WebSocket } = await import('ws')
  signal?.throwIfAborted()
  const { origin, prefix } = host.endpoint
  const url = new URL(`${origin.replace(/^http/, 'ws')}${prefix}/api2/json${request.path}`)
  for (const name of ['port', 'ticket']) {
    url.searchParams.set(name === 'ticket' ? 'vncticket' : name, textOf(data, name))
  }
  const socket = new WebSocket(url, 'binary', {
    headers: toRecord(grant?.read ?? []),
    perMessageDeflate: false,
    ...(left !== undefined && { handshakeTimeout: Math.max(1, left) }),
    // As for calls: whatever holds for those holds here, proxy, trust and limits.
    agent: new ConnectorAgent({ origin, connect: host.connect }),
  })
  const abort = (): void => socket.terminate()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', (error) => {
        const failure = { kind: 'failed', error, started: true } as const
        reject(signal?.aborted ? signal.reason : toError(failure, request, origin))
      })
      socket.once('unexpected-response', (sent, { statusCode = 0, statusMessage }) => {
        sent.destroy()
        const response = { status: statusCode, data: null }
        reject(
          failureOf(request, { ...response, ...(statusMessage && { message: statusMessage }) }),
        )
      })
    })
  } finally {
    signal?.removeEventListener('abort', abort)
  }
  const stream = createWebSocketStream(socket)
  const end = (): void => void stream.destroy(errorOf(signal?.reason))
  signal?.addEventListener('abort', end, { once: true })
  stream.once('close', () => signal?.removeEventListener('abort', end))
  return stream
}

const textOf = (data: unknown, name: string): string => {
  const value: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, name) : ''
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

const errorOf = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('the console was given up')

const toRecord = (headers: readonly string[]): Record<string, string> => {
  const record: Record<string, string> = {}
  for (let index = 0; index + 1 < headers.length; index += 2) {
    record[headers[index] ?? ''] = headers[index + 1] ?? ''
  }
  return record
}
