import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { createCertificate } from '../../test/certificates.js'
import { closing, token } from '../../test/clients.js'
import { type ConsoleServer, startConsoleServer } from '../../test/console-server.js'
import { failureOf } from '../../test/failure-of.js'
import { startHttpProxy, startSocksProxy } from '../../test/proxies.js'
import type { ClientOptions, PveClient } from '../index.js'

const clientOf = (
  { port }: ConsoleServer,
  options: Partial<ClientOptions> = {},
  scheme = 'http',
): PveClient => closing({ url: `${scheme}://127.0.0.1:${port}`, auth: { token }, ...options })

/** Lets in, and echoes. */
const echo = (message: Buffer, socket: WebSocket): void => {
  socket.send(message.toString().startsWith('root@pam:') ? 'OK' : message)
}

describe('a terminal', () => {
  test('is opened by the call, the WebSocket and the ticket, each with the login', async () => {
    const server = await startConsoleServer({ reply: echo })
    const terminal = await clientOf(server)
      .nodes('pve 1')
      .qemu(100)
      .console({
        params: { serial: 'serial1' },
      })
    terminal.destroy()
    expect(server.requests.map(({ line }) => line)).toEqual([
      'POST /api2/json/nodes/pve%201/qemu/100/termproxy',
      'GET /api2/json/nodes/pve%201/qemu/100/vncwebsocket?port=5900&vncticket=PVEVNC%3A6B00%3A%3Aa%2Bb%2Fc%3D',
    ])
    const [, upgrade] = server.requests
    expect(upgrade?.headers).toMatchObject({
      authorization: `PVEAPIToken=${token}`,
      'sec-websocket-protocol': 'binary',
    })
    expect(String(server.messages[0])).toBe('root@pam:PVEVNC:6B00::a+b/c=\n')
  })

  test('frames what is typed, by bytes and in pieces, and shows what comes', async () => {
    const server = await startConsoleServer({ reply: echo })
    const terminal = await clientOf(server).nodes('pve1').lxc(200).console()
    terminal.write('grüße')
    terminal.resize(132, 50)
    const [shown] = await once(terminal, 'data')
    expect(String(shown)).toBe('0:7:grüße')
    terminal.write(Buffer.alloc(150_000, 'x'))
    await vi.waitFor(() => expect(server.messages).toHaveLength(6))
    expect(String(server.messages[2])).toBe('1:132:50:')
    expect(server.messages.slice(3).map((message) => message.length)).toEqual([
      '0:65536:'.length + 65_536,
      '0:65536:'.length + 65_536,
      '0:18928:'.length + 18_928,
    ])
    terminal.destroy()
  })

  test('keeps what comes with the permission, however that is cut', async () => {
    const server = await startConsoleServer({
      reply(message, socket) {
        if (!message.toString().startsWith('root@pam:')) return
        socket.send('O')
        socket.send('Klogin: ')
        socket.terminate()
      },
    })
    const terminal = await clientOf(server).nodes('pve1').console()
    const closed = once(terminal, 'close')
    expect(await text(terminal)).toBe('login: ')
    await closed
  })

  test('that is refused says so, and no ticket', async () => {
    const server = await startConsoleServer({ reply: (_, socket) => socket.terminate() })
    const error = await failureOf(clientOf(server).nodes('pve1').console())
    expect(String(error)).toBe(
      'ProxkitError: POST /nodes/pve1/termproxy: the terminal was closed before it began',
    )
    await vi.waitFor(() => expect(server.open()).toBe(0))
  })

  test('that is answered by another status fails with it', async () => {
    const refusal = '401 permission denied - invalid PVEVNC ticket'
    const server = await startConsoleServer({ refusal })
    const error = await failureOf(clientOf(server).nodes('pve1').console())
    expect(error).toMatchObject({ status: 401 })
    expect(String(error)).toContain('permission denied - invalid PVEVNC ticket')
    expect(inspect(error, { depth: 9 })).not.toContain('a+b')
  })

  test.each([
    ['no answer to the request for a WebSocket', { refusal: '' }],
    ['no answer to the ticket', {}],
  ])('does not wait for ever: %s', async (_, options) => {
    const server = await startConsoleServer(options)
    const started = performance.now()
    const error = await failureOf(clientOf(server).nodes('pve1').console({ timeout: 300 }))
    expect(performance.now() - started).toBeLessThan(5000)
    expect(error).toBeInstanceOf(Error)
    await vi.waitFor(() => expect(server.open()).toBe(0))
  })

  test('ends with its signal, before and after it has begun', async () => {
    const silent = await startConsoleServer()
    const waiting = new AbortController()
    const opening = clientOf(silent).nodes('pve1').console({ signal: waiting.signal })
    await vi.waitFor(() => expect(silent.messages).toHaveLength(1))
    waiting.abort(new Error('enough'))
    await expect(opening).rejects.toThrow('enough')
    await vi.waitFor(() => expect(silent.open()).toBe(0))

    const server = await startConsoleServer({ reply: echo })
    const controller = new AbortController()
    const terminal = await clientOf(server).nodes('pve1').console({ signal: controller.signal })
    const failed = once(terminal, 'error')
    controller.abort(new Error('enough'))
    expect(String(await failed)).toContain('enough')
    await vi.waitFor(() => expect(server.open()).toBe(0))
  })

  test('ends with its client', async () => {
    const server = await startConsoleServer({ reply: echo })
    const client = clientOf(server)
    const terminal = await client.nodes('pve1').console()
    const closed = once(terminal, 'close')
    await client.close()
    await closed
    await vi.waitFor(() => expect(server.open()).toBe(0))
  })

  test('has a size that can be', async () => {
    const server = await startConsoleServer({ reply: echo })
    const terminal = await clientOf(server).nodes('pve1').console()
    expect(() => terminal.resize(0, 20)).toThrow('not 0 by 20')
    terminal.destroy()
  })
})

describe('a screen', () => {
  test.each([
    ['/nodes/pve1/qemu/100', 'vncproxy', (pve: PveClient) => pve.nodes('pve1').qemu(100)],
    ['/nodes/pve1/lxc/200', 'vncproxy', (pve: PveClient) => pve.nodes('pve1').lxc(200)],
    ['/nodes/pve1', 'vncshell', (pve: PveClient) => pve.nodes('pve1')],
  ] as const)(
    'is bytes as they come, with a password that is not printed: %s',
    async (path, call, handle) => {
      const data = {
        user: 'root@pam',
        ticket: 'x:PVEVNC:6B00::abc',
        port: 5901,
        password: 'pa55w0rd',
      }
      const server = await startConsoleServer({
        data,
        reply: (message, socket) => socket.send(message),
      })
      const screen = await handle(clientOf(server)).console({ type: 'vnc' })
      expect(server.requests[0]?.line).toBe(`POST /api2/json${path}/${call}`)
      expect(screen.password).toBe('pa55w0rd')
      expect(inspect(screen, { depth: 9 })).not.toContain('pa55w0rd')
      screen.write(Buffer.from([0, 255]))
      expect(await once(screen, 'data')).toEqual([Buffer.from([0, 255])])
      screen.end()
      await once(screen, 'close')
    },
  )
})

describe('a console', () => {
  test('is reached through a proxy, and with a pinned certificate', async () => {
    const certificate = await createCertificate('pve1')
    const server = await startConsoleServer({ tls: certificate, reply: echo })
    const http = await startHttpProxy()
    const socks = await startSocksProxy()
    const tls = { fingerprint: certificate.fingerprint }
    for (const proxy of [`http://127.0.0.1:${http.port}`, `socks5://127.0.0.1:${socks.port}`]) {
      const terminal = await clientOf(server, { proxy, tls }, 'https').nodes('pve1').console()
      terminal.destroy()
    }
    const target = `127.0.0.1:${server.port}`
    expect(http.asked.map((asked) => asked.target)).toEqual([target, target])
    expect(socks.asked.map((asked) => asked.target)).toEqual([target, target])
  })

  test('is opened on the host that answered, where another is away', async () => {
    const server = await startConsoleServer({ reply: echo })
    const client = closing({
      url: ['http://127.0.0.1:1', `http://127.0.0.1:${server.port}`],
      auth: { token },
    })
    const terminal = await client.nodes('pve1').console()
    terminal.destroy()
    expect(server.requests).toHaveLength(2)
  })

  test('needs a connection that can go on', async () => {
    const client = closing({
      transport: {
        send: async () => ({ status: 200, data: {} }),
        close: async () => {},
      },
    })
    await expect(client.nodes('pve1').console()).rejects.toThrow(
      'POST /nodes/pve1/termproxy: this transport has no consoles',
    )
  })
})
