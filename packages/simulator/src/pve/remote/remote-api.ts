import { once } from 'node:events'
import { request } from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { connect, type TLSSocket } from 'node:tls'
import { failed } from '../../engine/fault.js'
import type { Endpoint } from './endpoint.js'

/** The API of another cluster, over the network. pve-apiclient APIClient/LWP.pm */
export class RemoteApi {
  readonly host: string
  readonly #endpoint: Endpoint
  #fingerprint: string | undefined

  constructor(endpoint: Endpoint) {
    this.host = endpoint.host
    this.#endpoint = endpoint
    this.#fingerprint = endpoint.fingerprint
  }

  get(path: string): Promise<unknown> {
    return this.#call('GET', path)
  }

  post(path: string, params: Readonly<Record<string, string>>): Promise<unknown> {
    return this.#call('POST', path, new URLSearchParams(params).toString())
  }

  /** Whoever has no fingerprint trusts the certificate that the endpoint calls its own. */
  async learnFingerprint(): Promise<void> {
    if (this.#fingerprint !== undefined) return
    const certificates = await this.get('/nodes/localhost/certificates/info')
    const rows: readonly Readonly<Record<string, unknown>>[] = Array.isArray(certificates)
      ? certificates
      : []
    const own = rows.filter(({ filename }) => /^pve(?:proxy)?-ssl\.pem$/.test(String(filename)))
    const { fingerprint } =
      own.find(({ filename }) => filename === 'pveproxy-ssl.pem') ?? own[0] ?? {}
    if (typeof fingerprint === 'string') this.#fingerprint = fingerprint.toUpperCase()
  }

  /** Name of the node that answers. */
  async localNode(): Promise<string> {
    const rows = await this.get('/cluster/status')
    for (const row of Array.isArray(rows) ? rows : []) {
      const { type, local, name } = Object(row)
      if (type === 'node' && local && typeof name === 'string') return name
    }
    throw failed("couldn't determine endpoint's node name")
  }

  async openWebSocket(path: string, query: Readonly<Record<string, string>>): Promise<Duplex> {
    const { host, port, apitoken } = this.#endpoint
    const { createWebSocketStream, WebSocket } = await import('ws')
    const secure = await this.#connect()
    const url = `wss://${urlHost(host)}:${port}/api2/json${path}?${new URLSearchParams(query).toString()}`
    const socket = new WebSocket(url, 'binary', {
      createConnection: () => secure,
      headers: { Authorization: apitoken },
    })
    try {
      await once(socket, 'open')
    } catch (error) {
      throw failed(`failed to connect via WS: ${messageOf(error)}`)
    }
    return createWebSocketStream(socket)
  }

  async #call(method: 'GET' | 'POST', path: string, body?: string): Promise<unknown> {
    const { host, apitoken } = this.#endpoint
    const secure = await this.#connect()
    const call = request({
      method,
      path: `/api2/json${path}`,
      createConnection: () => secure,
      headers: {
        Host: urlHost(host),
        Authorization: apitoken,
        Connection: 'close',
        ...(body !== undefined && { 'Content-Type': 'application/x-www-form-urlencoded' }),
      },
    })
    call.end(body)
    try {
      const [answer] = await once(call, 'response')
      const content = await text(answer)
      const status: number = answer.statusCode
      if (status >= 400) throw failed(refusalOf(String(answer.statusMessage), content))
      return Object(JSON.parse(content)).data
    } finally {
      secure.destroy()
    }
  }

  async #connect(): Promise<TLSSocket> {
    const { host, port } = this.#endpoint
    const wanted = this.#fingerprint
    const socket = connect({
      host,
      port,
      rejectUnauthorized: wanted === undefined,
      ...(isIP(host) === 0 && { servername: host }),
    })
    try {
      await once(socket, 'secureConnect')
    } catch (error) {
      throw failed(`500 Can't connect to ${host}:${port} (${messageOf(error)})`)
    }
    const shown = socket.getPeerCertificate().fingerprint256
    if (wanted !== undefined && shown !== wanted) {
      socket.destroy()
      throw failed(`fingerprint '${shown}' not verified, abort!`)
    }
    return socket
  }
}

/** The reason, and what was wrong with each parameter. */
function refusalOf(reason: string, content: string): string {
  const errors: Readonly<Record<string, unknown>> = errorsOf(content)
  const lines = Object.entries(errors).map(
    ([name, problem]) => `${name}: ${String(problem).trimEnd()}`,
  )
  return [reason, ...lines].join('\n')
}

function errorsOf(content: string): Readonly<Record<string, unknown>> {
  try {
    return Object(Object(JSON.parse(content)).errors)
  } catch {
    return {}
  }
}

function urlHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
