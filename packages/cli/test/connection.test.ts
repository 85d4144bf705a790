import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createTcpServer, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startSimulator, type SimulatorProcess } from '../../../scripts/src/simulator-process.js'
import { proxkit } from './run-command.js'

const token = ['--token', 'root@pam!ci=00000000-0000-4000-8000-000000000001']

let directory: string
let simulator: SimulatorProcess

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
  const seed = join(directory, 'seed.yaml')
  await writeFile(
    seed,
    `nodes: { pve: {} }
users:
  joe@pve: { password: joes-password, recovery: [0001-0203-0405-0607, 1011-1213-1415-1617] }
`,
  )
  simulator = await startSimulator(['--no-docs', '--seed', seed])
})
afterAll(async () => {
  await simulator.stop()
  await rm(directory, { recursive: true })
})

async function portOf(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

describe('a call goes the way that the settings tell', () => {
  it('retries: so many rounds more', async () => {
    let asked = 0
    const broken = createServer((_request, response) => {
      asked += 1
      response.writeHead(595, 'No route to host').end()
    })
    const url = `http://127.0.0.1:${await portOf(broken)}`
    const call = (args: readonly string[]): ReturnType<typeof proxkit> =>
      proxkit(['get', '--host', url, ...token, ...args, '/nodes/pve2/version'])
    expect(await call(['--retries', '0'])).toMatchObject({ code: 1 })
    expect(asked).toBe(1)
    await call(['--retries', '1'])
    expect(asked).toBe(3)
  })

  it('timeout and connect-timeout: seconds until it fails', async () => {
    const mute = createServer(() => {})
    const url = `http://127.0.0.1:${await portOf(mute)}`
    expect(await at(url, '--timeout', '0.2')).toMatchObject({
      code: 1,
      stderr: `proxkit: GET /version: no answer from ${url} within 200 ms\n`,
    })
    mute.closeAllConnections()

    const sockets: Socket[] = []
    const withoutHandshake = createTcpServer((socket) => sockets.push(socket))
    const secure = `https://127.0.0.1:${await portOf(withoutHandshake)}`
    expect(await at(secure, '--connect-timeout', '0.2')).toMatchObject({
      code: 1,
      stderr: `proxkit: GET /version: cannot reach ${secure}: no connection within 200 ms\n`,
    })
    for (const socket of sockets) socket.destroy()
  })

  it('proxy: through it, with TLS to the server', async () => {
    const asked: string[] = []
    const proxy = createServer()
    proxy.on('connect', ({ url = '' }, socket) => {
      asked.push(url)
      const [, port] = url.split(':')
      const onward = connect(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        socket.pipe(onward).pipe(socket)
      })
      onward.on('error', () => socket.destroy())
      socket.on('error', () => onward.destroy())
    })
    const way = ['--proxy', `http://127.0.0.1:${await portOf(proxy)}`]
    const trust = ['--fingerprint', simulator.fingerprint ?? '']
    const answer = await call(...way, ...trust, '/access/domains')
    expect(answer).toMatchObject({ code: 0, stderr: '' })
    expect(new Set(asked)).toEqual(new Set([new URL(simulator.url).host]))
  })

  it('ca: a certificate that the file vouches for', async () => {
    const file = join(directory, 'ca.pem')
    await writeFile(file, await certificateOf(simulator.url))
    expect(await call('--ca', file, '/access/domains')).toMatchObject({ code: 0, stderr: '' })
    expect(await call('--ca', file, '--insecure', '/access/domains')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'proxkit: of --ca, --fingerprint and --insecure only one can be given\n',
    })
  })

  it('product: its port and the form of its tokens', async () => {
    const seen: (string | undefined)[] = []
    const server = createServer(({ headers }, response) => {
      seen.push(headers.authorization)
      response.end('{"data":null}')
    })
    const url = `http://127.0.0.1:${await portOf(server)}`
    await proxkit(['get', '--product', 'pbs', '--host', url, ...token, '/version'])
    expect(seen).toEqual(['PBSAPIToken=root@pam!ci:00000000-0000-4000-8000-000000000001'])
  })
})

describe('a second factor', () => {
  it('goes with the login, of the kind that is named', async () => {
    const recovery = ['--otp', '0001-0203-0405-0607', '--otp-type', 'recovery']
    expect(await login(...recovery)).toMatchObject({ code: 0, stderr: '' })
    expect(await login()).toEqual({
      code: 1,
      stdout: '',
      stderr: 'proxkit: the login of joe@pve needs a second factor: recovery\n',
    })
    expect(await login('--otp', '123456')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'proxkit: the login of joe@pve needs a second factor: recovery, and totp is not among them\n',
    })
  })

  it('does not go with a token', async () => {
    expect(await login(...token, '--otp', '123456')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'proxkit: --otp goes with --user and --password: a token needs no second factor\n',
    })
  })
})

async function certificateOf(url: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { raw } = socket.getPeerCertificate()
  socket.destroy()
  return `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`
}

/** One attempt. */
function at(url: string, ...args: readonly string[]): ReturnType<typeof proxkit> {
  return proxkit(['get', '--host', url, ...token, '--retries', '0', ...args, '/version'])
}

function call(...args: readonly string[]): ReturnType<typeof proxkit> {
  const login = ['--user', 'root@pam', '--password', simulator.password]
  return proxkit(['get', '--host', simulator.url, ...login, ...args])
}

/** With the second factor that the arguments give. */
function login(...args: readonly string[]): ReturnType<typeof proxkit> {
  return proxkit(['get', ...args, '/access/domains'], {
    PROXKIT_HOST: simulator.url,
    PROXKIT_FINGERPRINT: simulator.fingerprint ?? '',
    PROXKIT_USER: 'joe@pve',
    PROXKIT_PASSWORD: 'joes-password',
  })
}
