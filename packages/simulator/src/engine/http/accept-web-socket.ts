import { createHash } from 'node:crypto'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Tunnel } from '../handle.js'
import type { RequestHead } from './head.js'

interface Upgraded {
  readonly socket: Duplex
  readonly head: RequestHead
  /** What came after the head. */
  readonly received: Buffer
  /** Ends the connection once everything is sent. */
  readonly hangUp: () => void
}

/**
 * Goes on as a WebSocket on the connection of a request that asked for it.
 *
 * pve-http-server AnyEvent.pm: websocket_proxy
 */
export async function acceptWebSocket(
  { socket, head, received, hangUp }: Upgraded,
  tunnel: Tunnel,
): Promise<void> {
  // Loaded only here: few clusters are looked at through a console.
  const { createWebSocketStream, WebSocketServer } = await import('ws')
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 128 * 1024,
  })
  server.on('headers', (lines) => lines.splice(0, lines.length, ...answerLines(head)))
  // What the request says was looked at before, and less strictly than the library does.
  const request = new IncomingMessage(new Socket())
  request.method = 'GET'
  request.headers = {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  }
  server.handleUpgrade(request, socket, received, (webSocket) => {
    // The original says no goodbye, nor does it answer one.
    webSocket.close = hangUp
    const peer = createWebSocketStream(webSocket)
    // A client that breaks off ends the tunnel and nothing else.
    peer.on('error', () => peer.destroy())
    tunnel(peer)
  })
}

/** Whatever sub-protocol was asked for is repeated. */
function answerLines(head: RequestHead): string[] {
  const key = head.header('sec-websocket-key') ?? ''
  const protocol = head.header('sec-websocket-protocol')
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  return [
    `${head.protocol} 101 Switching Protocols`,
    'Upgrade: websocket',
    'Connection: upgrade',
    `Sec-WebSocket-Accept: ${accept.digest('base64')}`,
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
  ]
}
