import type { Socket } from 'node:net'
import { getProxyForUrl } from 'proxy-from-env'
import type { buildConnector } from 'undici'
import type { Endpoint } from './endpoint.js'

/** Opens a connection through whatever stands between. */
export type Tunnel = (target: TunnelTarget) => Promise<Socket>

export interface TunnelTarget {
  readonly hostname: string
  readonly port: number
  /** Milliseconds. */
  readonly timeout: number
}

/**
 * The proxy to an endpoint: the given one, none where that is `false`, and else the one that `HTTPS_PROXY`, `HTTP_PROXY`,
 * `ALL_PROXY` and `NO_PROXY` name.
 */
export const proxyFor = (
  { origin }: Endpoint,
  given: string | false | undefined,
): URL | undefined => {
  const text = given ?? getProxyForUrl(origin)
  return text === false || text === '' ? undefined : requireProxy(text)
}

/** Lays connections through a proxy; TLS is then spoken inside, by the connector. */
export const throughProxy =
  (
    proxy: URL,
    { connect, timeout }: { connect: buildConnector.connector; timeout: number },
  ): buildConnector.connector =>
  (options, callback) => {
    const { protocol, hostname } = options
    const port = Number(options.port) || (protocol === 'https:' ? 443 : 80)
    void (async () => {
      let socket: Socket
      try {
        // Most clients need none, and should not load it.
        const { openTunnel } = await import('./tunnel.js')
        socket = await openTunnel(proxy, { hostname, port, timeout })
      } catch (error) {
        callback(toProxyError(error, proxy), null)
        return
      }
      if (protocol === 'https:') connect({ ...options, httpSocket: socket }, callback)
      else callback(null, socket)
    })()
  }

/** Where the proxy is, and never with which password it is used. */
const toProxyError = (error: unknown, { protocol, host }: URL): Error => {
  const reason = error instanceof Error ? error.message : String(error)
  const failure = new Error(`the proxy ${protocol}//${host} failed: ${reason}`)
  return Object.assign(failure, { code: 'ERR_PROXY' })
}

const requireProxy = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && protocols.has(url.protocol) && url.hostname !== '') return url
  // What was given may hold a password, so that it is not repeated.
  throw new TypeError(
    `the proxy is not a URL that begins with ${[...protocols].map((each) => `${each}//`).join(', ')}`,
  )
}

const protocols: ReadonlySet<string> = new Set([
  'http:',
  'https:',
  'socks:',
  'socks4:',
  'socks4a:',
  'socks5:',
  'socks5h:',
])
