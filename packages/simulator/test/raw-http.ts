import { once } from 'node:events'
import net from 'node:net'
import { createDefinition, type Method, type Verb } from '@proxkit/schema'
import type { Clock } from '../src/engine/clock.js'
import type { ProductRules } from '../src/engine/dispatch.js'
import { Fault, LoginRequired, failed } from '../src/engine/fault.js'
import { listen, type Listener } from '../src/engine/http/listen.js'
import { ApiService } from '../src/engine/http/service.js'

interface OpenOptions {
  readonly clock: Clock
  readonly idleTimeout?: number
  readonly port?: number
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** Opens a port behind which a small API shows what it was asked. */
export function openEcho({ clock, idleTimeout, ...options }: OpenOptions): Promise<Listener> {
  const idle = idleTimeout === undefined ? {} : { idleTimeout }
  return listen(options, { service: echoService(clock), clock, node: 'pve1', ...idle })
}

export function echoService(clock: Clock): ApiService {
  return new ApiService({
    definition,
    rules,
    clock,
    async identify({ path, authorization, cookie, csrfToken }) {
      if (path === '/secret') throw new LoginRequired('No ticket')
      const user = path === '/whoami' ? `${authorization}|${cookie}|${csrfToken}` : 'root@pam'
      return { user, showsToken: false }
    },
  })
}

interface ExchangeOptions {
  /** Reads until the other side ends the connection. */
  readonly toEnd?: boolean
}

/** Sends text, one byte per character, and returns the answer: its head as Latin-1, its body as UTF-8. */
export async function exchange(
  listener: Listener,
  request: string,
  options?: ExchangeOptions,
): Promise<string> {
  return decode(await exchangeBytes(listener, request, options))
}

export async function exchangeBytes(
  listener: Listener,
  request: string,
  options?: ExchangeOptions,
): Promise<Buffer> {
  const socket = await connect(listener)
  const answer = collectBytes(socket, options)
  socket.write(Buffer.from(request, 'latin1'))
  return answer
}

export async function connect({ port }: Listener): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

export async function collect(socket: net.Socket, options?: ExchangeOptions): Promise<string> {
  return decode(await collectBytes(socket, options))
}

export function statusOf(answer: string): string {
  return answer.split('\r\n')[0] ?? ''
}

export function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n') + 4)
}

interface PutOptions {
  readonly path?: string
  readonly type?: string
  readonly field?: string
}

/** A PUT request with content, as text of one byte per character. */
export function put(
  content: string,
  { path = '/api2/json/echo', type, field = '' }: PutOptions = {},
): string {
  const typeField = type === undefined ? '' : `Content-Type: ${type}\r\n`
  return `PUT ${path} HTTP/1.1\r\n${field}${typeField}Content-Length: ${content.length}\r\n\r\n${content}`
}

function collectBytes(
  socket: net.Socket,
  { toEnd = false }: ExchangeOptions = {},
): Promise<Buffer> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0)
    const done = (): void => {
      socket.destroy()
      resolve(received)
    }
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (!toEnd && isComplete(received)) done()
    })
    socket.on('error', done)
    socket.on('close', done)
  })
}

function isComplete(received: Buffer): boolean {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\nContent-Length: (\d+)/.exec(received.toString('latin1', 0, end))?.[1]
  return received.length >= end + 4 + Number(length ?? 0)
}

function decode(answer: Buffer): string {
  const end = answer.indexOf('\r\n\r\n')
  return answer.toString('latin1', 0, end) + answer.toString('utf8', end)
}

const noParameters: Method['parameters'] = { type: 'object', properties: {} }

function method(verb: Verb, path: string, parameters = noParameters): Method {
  return { verb, path, parameters, returns: { type: 'any' } }
}

const anything: Method['parameters'] = { type: 'object', additionalProperties: true }

const definition = createDefinition({ product: 'pve', version: '9.2' }, [
  method('GET', '/version'),
  method('GET', '/whoami'),
  { ...method('GET', '/protected'), protected: true },
  method('GET', '/echo', anything),
  method('PUT', '/echo', anything),
  method('GET', '/item/{name}', { type: 'object', properties: { name: { type: 'string' } } }),
  method('GET', '/fail', anything),
  method('GET', '/secret'),
  method('GET', '/unreachable'),
  method('GET', '/broken'),
  method('GET', '/echowebsocket'),
  method('GET', '/idlewebsocket'),
])

const rules: ProductRules = {
  authorize() {},
  locate: (_, { node }) => node,
  level: () => 'modelled',
  async run({ user }, { path }, params) {
    if (path === '/whoami') return { data: { user } }
    if (path === '/fail') throw failed(String(params.text))
    if (path === '/unreachable') throw new Fault(595, 'No route to host', { unreachable: true })
    if (path === '/echowebsocket')
      return { data: { port: '5900' }, tunnel: (peer) => peer.pipe(peer) }
    if (path === '/broken') throw new TypeError('oops')
    return { data: { params } }
  },
}
