import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { Server, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { listen } from './listen.js'

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string
  /** Path and query, as sent. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface WireAnswer {
  readonly status?: number
  readonly reason?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown
}

export type Answerer = (request: WireRequest, index: number) => Promise<WireAnswer> | WireAnswer

export interface WireServer {
  readonly port: number
  readonly requests: readonly WireRequest[]
  /** Connections accepted so far. */
  readonly connections: () => number
  /** Those among them that went on with what an earlier one had agreed on. */
  readonly resumed: () => number
  close(): Promise<void>
}

/** A real server on a port of its own that keeps what it is sent; it ends with the test. */
export const startServer = async (answer: Answerer, tls?: ServerOptions): Promise<WireServer> => {
  const requests: WireRequest[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let resumed = 0
  const server: Server = tls ? createTlsServer(tls) : createServer()
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections += 1
    if (socket instanceof TLSSocket && socket.isSessionReused()) resumed += 1
    sockets.add(socket)
  })
  server.on(
    'request',
    (message: AsyncIterable<Buffer> & Incoming, response: ServerResponse<never>) => {
      void (async () => {
        const chunks: Buffer[] = []
        try {
          for await (const chunk of message) chunks.push(chunk)
        } catch {
          // A request that breaks off is not one that was made.
          return
        }
        const { method, url, headers } = message
        const request = { method, target: url, headers, body: Buffer.concat(chunks).toString() }
        requests.push(request)
        send(response, await answer(request, requests.length - 1))
      })()
    },
  )
  const port = await listen(server)
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => {
      server.close(resolve)
    })
  }
  onTestFinished(close)
  return { port, requests, connections: () => connections, resumed: () => resumed, close }
}

interface Incoming {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

const send = (response: ServerResponse<never>, answer: WireAnswer): void => {
  const { status = 200, reason = 'OK', body = { data: null }, headers } = answer
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, reason, {
    'content-type': 'application/json;charset=UTF-8',
    ...headers,
  })
  response.end(text)
}
