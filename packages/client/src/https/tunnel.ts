import { request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { isIPv6, type Socket } from 'node:net'
import type { Tunnel, TunnelTarget } from './proxy.js'

/** Opens a connection to a target through an HTTP(S) or SOCKS proxy. */
export const openTunnel = (proxy: URL, target: TunnelTarget): ReturnType<Tunnel> =>
  proxy.protocol.startsWith('http') ? viaConnect(proxy, target) : viaSocks(proxy, target)

const viaConnect = (proxy: URL, { hostname, port, timeout }: TunnelTarget): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const authority = `${isIPv6(hostname) ? `[${hostname}]` : hostname}:${port}`
    const { username, password } = credentialsOf(proxy)
    const request = (proxy.protocol === 'https:' ? overHttps : overHttp)({
      method: 'CONNECT',
      host: withoutBrackets(proxy.hostname),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: authority,
      agent: false,
      signal: AbortSignal.timeout(timeout),
      headers: {
        host: authority,
        ...(username !== '' && {
          'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        }),
      },
    })
    request.on('error', reject)
    request.on('connect', ({ statusCode, statusMessage }, socket: Socket) => {
      if (statusCode === 200) {
        resolve(socket)
        return
      }
      socket.destroy()
      reject(new Error(`it answered ${statusCode} ${statusMessage} to CONNECT ${authority}`))
    })
    // An answer without a tunnel, such as 407.
    request.on('response', (response) => {
      response.destroy()
      const { statusCode, statusMessage } = response
      reject(new Error(`it answered ${statusCode} ${statusMessage} to CONNECT ${authority}`))
    })
    request.end()
  })

const viaSocks = async (proxy: URL, target: TunnelTarget): Promise<Socket> => {
  const { SocksClient } = await import('socks')
  const { username, password } = credentialsOf(proxy)
  const { socket } = await SocksClient.createConnection({
    command: 'connect',
    proxy: {
      type: proxy.protocol.startsWith('socks4') ? 4 : 5,
      host: withoutBrackets(proxy.hostname),
      port: Number(proxy.port) || 1080,
      ...(username !== '' && { userId: username, password }),
    },
    destination: { host: target.hostname, port: target.port },
    timeout: target.timeout,
  })
  return socket
}

const credentialsOf = (proxy: URL): { username: string; password: string } => ({
  username: decodeURIComponent(proxy.username),
  password: decodeURIComponent(proxy.password),
})

const withoutBrackets = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1')
