import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listen } from '../listen.js'

const client = fileURLToPath(new URL('../../bundle/index.js', import.meta.url))

/** Runs a program with a client that is never closed; resolves when the process has ended by itself. */
const run = async (url: string, calls: string): Promise<string> => {
  const code = `
    import { createClient } from ${JSON.stringify(client)}
    const client = createClient({ url: ${JSON.stringify(url)}, auth: { token: 'root@pam!ci=secret' } })
    const report = (call) => call.then((data) => console.log('data', data), (error) => console.log(error.name))
    ${calls}
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  })
  const [output, [exitCode, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect([exitCode, signal]).toEqual([0, null])
  return output
}

const startServer = async (answer: (socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${await listen(server)}`
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"data":7}'

describe('a process whose client was not closed ends by itself', () => {
  test.each<[string, (socket: Socket) => void, string, string]>([
    [
      'after calls',
      (socket) => void socket.write(ok),
      `await report(client.request('GET', 'version', {}, { timeout: { total: 60_000, idle: 60_000, connect: 60_000 } }))`,
      'data 7\n',
    ],
    [
      'after a call that was reset',
      (socket) => void socket.resetAndDestroy(),
      `await report(client.request('POST', 'pools'))`,
      'TransportError\n',
    ],
    [
      'after calls that ran out of time',
      () => {},
      `await Promise.all([1, 2].map(() => report(client.request('POST', 'pools', {}, { timeout: 50 }))))`,
      'TimeoutError\nTimeoutError\n',
    ],
    [
      'after a call that was aborted',
      () => {},
      `const signal = AbortSignal.timeout(50)
       await report(client.request('GET', 'version', {}, { signal }))`,
      'TimeoutError\n',
    ],
    [
      'after a call that gave up on the login',
      () => {},
      `const other = createClient({ url: client.session.hosts[0], auth: { username: 'root', password: 'x' } })
       await report(other.request('GET', 'version', {}, { timeout: 50 }))`,
      'TimeoutError\n',
    ],
    [
      'after an upload that was broken off',
      (socket) => void socket.resetAndDestroy(),
      `async function* open() { for (;;) yield Buffer.alloc(65536) }
       const upload = { field: 'filename', filename: 'a.iso', size: 6e8, open }
       await report(client.request('POST', 'upload', {}, { upload }))`,
      'TransportError\n',
    ],
    [
      'after a download that was left',
      (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf'),
      `const { stream } = await client.download('file')
       for await (const chunk of stream) { console.log(String(chunk)); break }`,
      'half\n',
    ],
  ])('%s', async (_title, answer, calls, output) => {
    expect(await run(await startServer(answer), calls)).toBe(output)
  })
})
