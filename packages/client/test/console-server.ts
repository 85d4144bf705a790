import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { listen } from './listen.js'

export interface ConsoleServer {
  readonly port: number
  /** Method, path and query of each request, and how it proved who sends it. */
  readonly requests: readonly { readonly line: string; readonly headers: IncomingHttpHeaders }[]
  /** What came over the WebSockets, message by message. */
  readonly messages: readonly Buffer[]
  /** How many WebSockets are open. */
  readonly open: () => number
}

export interface ConsoleServerOptions {
  readonly tls?: ServerOptions
  /** What a POST is answered. */
  readonly data?: unknown
  /** Status line in place of a WebSocket; `''` keeps silent. */
  readonly refusal?: string
  /** Answers a message. */
  readonly reply?: (message: Buffer, socket: WebSocket) => void
}

/** Opens consoles as a node does: a call that answers a ticket, and a WebSocket to go on over. */
export const startConsoleServer = async ({
  tls,
  data = { user: 'root@pam', ticket: 'PVEVNC:6B00::a+b/c=', port: '5900', upid: 'UPID:' },
  refusal,
  reply,
}: ConsoleServerOptions = {}): Promise<ConsoleServer> => {
  const requests: { line: string; headers: IncomingHttpHeaders }[] = []
  const messages: Buffer[] = []
  const sockets = new Set<Duplex>()
  const server = tls ? createTlsServer(tls) : createServer()
  const webSockets = new WebSocketServer({ noServer: true })
  server.on('connection', (socket: Duplex) => sockets.add(socket))
  server.on('request', ({ method, url, headers }, response) => {
    requests.push({ line: `${method} ${url}`, headers })
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ data }))
  })
  server.on('upgrade', (request, socket, head) => {
    const { method, url, headers } = request
    requests.push({ line: `${method} ${url}`, headers })
    if (refusal === '') return
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', (message: Buffer) => {
        messages.push(message)
        reply?.(message, webSocket)
      })
    })
  })
  const port = await listen(server)
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port, requests, messages, open: () => webSockets.clients.size }
}
