import type { Gateway } from '@proxkit/gateway'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Duplex } from 'node:stream'

export interface FrontOptions {
  readonly host: string
  readonly port: number
  /** Certificate and key in PEM form; without them it is plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Makes the gateway when somebody first asks for something. */
  readonly load: () => Promise<Gateway>
}

/** A port on which a gateway answers. */
export interface Front {
  readonly url: string
  close(): Promise<void>
}

/** Opens a port at once; what answers on it is loaded with the first request, so that nobody waits for it before. */
export async function openFront({ host, port, tls, load }: FrontOptions): Promise<Front> {
  // Who is slow with a head is cut off; a body may be a file, which takes as long as it takes.
  const limits = { headersTimeout: 15_000, requestTimeout: 0 }
  const server = tls ? createSecureServer({ ...limits, ...tls }) : createServer(limits)
  let loading: Promise<Gateway> | undefined
  const gateway = (): Promise<Gateway> => (loading ??= load())
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    gateway().then(
      ({ handle }) => handle(request, response),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, received: Buffer) => {
    gateway().then(
      (loaded) => loaded.upgrade(request, socket, received),
      () => socket.destroy(),
    )
  })
  await listen(server, { host, port })
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
      await (await loading)?.close()
    },
  }
}

function listen(
  server: Server,
  at: { readonly host: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
