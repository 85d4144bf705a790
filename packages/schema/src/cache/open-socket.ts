import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { connect, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

/** Where connections may lead, for whoever lets others say where to fetch from. */
export interface Reach {
  /** In place of the system's resolver. */
  readonly lookup?: LookupFunction | undefined
  /**
   * Throws where an address is not to be reached. It is asked about each that a name resolves to, of which none may be
   * refused, and again about the one that a connection has, before anything is sent.
   */
  requireAllowed(address: string): void
}

export interface SocketOptions {
  readonly trust: ConnectionOptions
  readonly reach?: Reach | undefined
  readonly signal: AbortSignal
}

/** Connects to the server of a URL, with TLS where that is `https:`. Rejects with whatever went wrong. */
export async function openSocket(
  url: URL,
  { trust, reach, signal }: SocketOptions,
): Promise<Socket> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const isAddress = isIP(host) !== 0
  if (isAddress) reach?.requireAllowed(host)
  const isSecure = url.protocol === 'https:'
  let socket: Socket = connect({
    host,
    port: Number(url.port || (isSecure ? 443 : 80)),
    ...(reach && { lookup: checkedLookup(reach) }),
  })
  try {
    await once(socket, 'connect', { signal })
    reach?.requireAllowed(socket.remoteAddress ?? '')
    if (!isSecure) return socket
    socket = connectTls({ socket, host, ...(!isAddress && { servername: host }), ...trust })
    await once(socket, 'secureConnect', { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** Resolves a name once; the connection then goes to one of the addresses that were looked at. */
function checkedLookup(reach: Reach): LookupFunction {
  const lookup: LookupFunction = reach.lookup ?? systemLookup
  return (host, options, callback) =>
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '')
      const addresses: readonly LookupAddress[] = typeof found === 'string' ? [] : found
      const [first] = addresses
      try {
        for (const { address } of addresses) reach.requireAllowed(address)
        if (!first) throw new Error(`${host} has no address`)
      } catch (refusal) {
        return callback(refusal instanceof Error ? refusal : new Error(String(refusal)), '')
      }
      if (options.all === true) callback(null, [...addresses])
      else callback(null, first.address, first.family)
    })
}
