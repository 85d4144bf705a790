/** Where an API is served. */
export interface Endpoint {
  /** Scheme, host and port: `https://pve1:8006`. */
  readonly origin: string
  /** What a reverse proxy puts before `/api2/json`: empty or `/prefix`. */
  readonly prefix: string
}

/**
 * Reads `pve1`, `pve1:8443`, `::1`, `[::1]:8006` or a URL.
 *
 * Without a scheme it is HTTPS on `defaultPort`. A URL means what it means everywhere, so that `https://pve.example.com`
 * is port 443; plain `http:` is spoken only where the URL says so.
 */
export const parseEndpoint = (host: string, { port, defaultPort }: Ports): Endpoint => {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(host)
  const url = isUrl ? parseUrl(host, host) : parseUrl(`https://${bracketed(host)}`, host)
  if (!isUrl && url.pathname !== '/') {
    throw new TypeError(`host ${quote(host)} has a path: give it as https://host:port/path`)
  }
  const chosen = writtenPort(host) ?? port ?? (isUrl ? undefined : defaultPort)
  if (chosen !== undefined) url.port = String(requirePort(chosen))
  return {
    origin: `${url.protocol}//${url.hostname}:${url.port || (url.protocol === 'http:' ? '80' : '443')}`,
    prefix: url.pathname.replace(/\/+$/, '').replace(/\/api2(\/json)?$/, ''),
  }
}

export interface Ports {
  readonly port?: number | undefined
  readonly defaultPort: number
}

const parseUrl = (text: string, host: string): URL => {
  // Told apart first, because the error must not repeat what may be a password.
  if (/^[^/]*\/\/[^/]*@/.test(text)) {
    throw new TypeError('a host cannot carry credentials: give them as the option auth')
  }
  if (!URL.canParse(text)) throw new TypeError(`host ${quote(host)} is not a host name or a URL`)
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError(`host ${quote(host)} must be an https: or http: URL`)
  }
  if (url.search !== '' || url.hash !== '') {
    throw new TypeError(`host ${quote(host)} cannot have a query or a fragment`)
  }
  return url
}

/** An IPv6 address needs brackets in a URL; more than one colon tells it from `host:port`. */
const bracketed = (host: string): string =>
  !host.startsWith('[') && host.split(':').length > 2 ? `[${host}]` : host

/** The port in the text itself: `URL` forgets it where it is the scheme's own. */
const writtenPort = (host: string): number | undefined => {
  const authority = host.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').split('/', 1)[0] ?? ''
  const match = /^(?:\[[^\]]*\]|[^:]*):(\d+)$/.exec(authority)
  return match ? Number(match[1]) : undefined
}

const requirePort = (port: number): number => {
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new TypeError(`port ${port} is not a port: an integer from 1 to 65535`)
}

const quote = (text: string): string => `'${text}'`
