import { X509Certificate } from 'node:crypto'
import net from 'node:net'
import tls from 'node:tls'
import { defaultIdleTimeout, serveConnection, type ConnectionOptions } from './connection.js'

export interface ListenOptions {
  /** Address to listen on; default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** PEM text; without it the listener speaks plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** An open port of the simulator. */
export interface Listener {
  readonly url: string
  readonly host: string
  readonly port: number
  /** SHA-256 fingerprint of the certificate, `AA:BB:…`; absent with plain HTTP. */
  readonly fingerprint: string | undefined
  close(): Promise<void>
}

/** Opens a port. Rejects with the system's error (`EADDRINUSE`, …) when it cannot be had. */
export async function listen(
  options: ListenOptions,
  connection: ConnectionOptions,
): Promise<Listener> {
  const sockets = new Set<net.Socket>()
  const secure = options.tls && tlsServer(options.tls, { connection, sockets })
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (secure) chooseProtocol(socket, secure, connection)
    else serveConnection(socket, connection)
  })

  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port: options.port ?? 0 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    host,
    port,
    fingerprint: options.tls && new X509Certificate(options.tls.cert).fingerprint256,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function tlsServer(
  pem: { readonly key: string; readonly cert: string },
  {
    connection,
    sockets,
  }: { readonly connection: ConnectionOptions; readonly sockets: ReadonlySet<net.Socket> },
): tls.Server {
  const { idleTimeout = defaultIdleTimeout } = connection
  const options = { ...pem, ALPNProtocols: ['http/1.1'], handshakeTimeout: idleTimeout }
  const server = tls.createServer(options, (socket) => {
    // Only the socket below can send a reset; the remote port tells which one it is.
    const below = [...sockets].find(({ remotePort }) => remotePort === socket.remotePort)
    const resetAndDestroy = (): unknown => below?.resetAndDestroy()
    serveConnection(Object.assign(socket, { resetAndDestroy }), connection)
  })
  // A failed handshake ends that connection and nothing else.
  server.on('tlsClientError', (_, socket) => socket.destroy())
  return server
}

/** A TLS record begins with 22; anything else is a client that speaks plain HTTP to the TLS port. */
function chooseProtocol(
  socket: net.Socket,
  secure: tls.Server,
  connection: ConnectionOptions,
): void {
  const cutOff = (): void => {
    socket.destroy()
  }
  socket.on('error', cutOff)
  socket.setTimeout(connection.idleTimeout ?? defaultIdleTimeout, cutOff)
  socket.once('data', (first: Buffer) => {
    socket.setTimeout(0, cutOff)
    socket.pause()
    socket.unshift(first)
    if (first[0] === 22) {
      // The TLS layer fetches what was put back and reads on by itself.
      secure.emit('connection', socket)
      return
    }
    serveConnection(socket, { ...connection, redirect: true })
    socket.resume()
  })
}
