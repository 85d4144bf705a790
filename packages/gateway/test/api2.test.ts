import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { createClient, isTask, type PveClient } from '@proxkit/client'
import { connectServer } from '@proxkit/client/server'
import { createGateway, ownCredentials, type Door, type Knock } from '@proxkit/gateway'
import { realClock } from '@proxkit/simulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simulatedGateway, token, type SimulatedGateway } from './simulated-gateway.js'

let lab: SimulatedGateway
/** The same cluster, through the gateway and past it. */
let through: string
let direct: string

beforeAll(async () => {
  lab = await simulatedGateway()
  through = await lab.gateway.listen()
  direct = (await lab.simulator.listen({ http: true })).url
})
afterAll(() => lab[Symbol.asyncDispose]())

interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

async function exchange(url: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const sent = request(url, { method, headers: { authorization: token, ...headers } })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  const { statusCode, statusMessage, headers: fields } = answer
  const {
    date: _,
    expires: _expires,
    connection: _connection,
    'keep-alive': _alive,
    ...rest
  } = fields
  return { statusCode, statusMessage, headers: rest, body: await text(answer) }
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

describe('a call passes through as it is', () => {
  test.each<[string, string, Sent]>([
    ['a success', '/api2/json/nodes/pve1/qemu/100/config', {}],
    ['another format', '/api2/extjs/nodes/pve1/qemu/999/config', {}],
    ['a page', '/api2/html/version', {}],
    ['a refusal with its reason', '/api2/json/nodes/pve1/qemu/999/config', {}],
    [
      'a damaged body',
      '/api2/json/pools',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' },
    ],
    ['an unknown path', '/api2/json/nope?a=b=c;d', {}],
    ['no format', '/api2/', {}],
    ['a wrong token', '/api2/json/nodes', { headers: { authorization: 'PVEAPIToken=a@pve!b=c' } }],
    ['no login', '/api2/json/nodes', { headers: { authorization: '' } }],
    ['an unknown method', '/api2/json/nodes', { method: 'PATCH' }],
  ])('%s', async (_, path, sent) => {
    const [there, past] = await Promise.all([
      exchange(through + path, sent),
      exchange(direct + path, sent),
    ])
    expect(there.statusCode).toBe(past.statusCode)
    expect(there.statusMessage).toBe(past.statusMessage)
    if (sent.method !== 'PATCH') expect(there.body).toBe(past.body)
    expect(there.headers['content-type'] ?? '').toMatch(past.headers['content-type'] ?? '')
    const isOwn = sent.method === 'PATCH' || path.startsWith('/api2/json/nope')
    expect(there.headers.server).toBe(isOwn ? undefined : past.headers.server)
  })
})

describe('the client, through the gateway', () => {
  let pve: PveClient
  beforeAll(() => {
    pve = createClient({ url: through, auth: { username: 'root@pam', password: 'proxkit' } })
  })
  afterAll(() => pve.close())

  test('logs in, writes and waits', async () => {
    const created = await pve.nodes('pve1').qemu.post({ vmid: 720 })
    expect(await created.done()).toMatchObject({ outcome: 'ok' })
  })

  test('uploads a file', async () => {
    const content = Buffer.alloc(3_000_000, 'disk')
    const upload = {
      field: 'filename',
      filename: 'big.iso',
      size: content.length,
      open: async function* () {
        yield content.subarray(0, 1_000_000)
        yield content.subarray(1_000_000)
      },
    }
    const path = pve.any('nodes', 'pve1', 'storage', 'local', 'upload')
    const task = await path.post({ content: 'iso' }, { upload })
    if (!isTask(task)) throw new TypeError('an upload starts a task')
    await task.done()
    const files = await pve.nodes('pve1').storage('local').content({ content: 'iso' })
    expect(files).toContainEqual(
      expect.objectContaining({ volid: 'local:iso/big.iso', size: content.length }),
    )
  })
})

test('a console is used through the gateway', async () => {
  // A console waits ten seconds for who connects, by the clock of the cluster.
  await using real = await simulatedGateway({ clock: realClock() })
  const auth = { username: 'root@pam', password: 'proxkit' }
  const pve = createClient({ url: await real.gateway.listen(), auth })
  const terminal = await pve.nodes('pve1').console()
  terminal.write('exit\r')
  expect(await text(terminal)).toMatch(/root@pve1:~# exit\r\n.*logout/s)
  await pve.close()
})

test('an upgrade anywhere else is refused', async () => {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'x',
  }
  expect((await exchange(`${through}/nodes`, { headers })).statusCode).toBe(404)
  const refused = await exchange(
    `${through}/api2/json/nodes/pve1/vncwebsocket?port=5900&vncticket=x`,
    { headers },
  )
  const past = await exchange(`${direct}/api2/json/nodes/pve1/vncwebsocket?port=5900&vncticket=x`, {
    headers,
  })
  expect(refused.statusCode).toBe(past.statusCode)
  expect(refused.statusMessage).toBe(past.statusMessage)
})

test('a door hears of every call, and of its parameters where it asks', async () => {
  const own = ownCredentials()
  const heard: [Knock['path'], string | undefined, unknown][] = []
  const door: Door = {
    authentication: own.authentication,
    async admit(knock) {
      heard.push([knock.path, knock.operation?.method.path, await knock.parameters()])
      return knock.verb === 'DELETE'
        ? { allowed: false, status: 403, detail: 'deleting is not allowed here', rule: 'no-delete' }
        : own.admit(knock)
    },
  }
  const upstream = connectServer({ product: 'pve', url: direct })
  const { definition } = lab.simulator
  await using gateway = createGateway({
    clusters: [{ name: 'lab', definition, upstream }],
    mode: 'simulate',
    door,
  })
  const url = await gateway.listen()
  const made = await exchange(`${url}/api2/json/pools?comment=b`, {
    method: 'POST',
    headers: form,
    body: 'poolid=p1',
  })
  expect(made.statusCode).toBe(200)
  const kept = await exchange(`${url}/api2/json/pools/p1`, { method: 'DELETE' })
  expect([kept.statusCode, kept.statusMessage]).toEqual([403, 'deleting is not allowed here'])
  expect(JSON.parse((await exchange(`${url}/pools/p1`, { method: 'DELETE' })).body)).toEqual({
    detail: 'deleting is not allowed here',
    rule: 'no-delete',
  })
  expect(heard).toEqual([
    ['/pools', '/pools', { poolid: 'p1', comment: 'b' }],
    ['/pools/p1', '/pools/{poolid}', {}],
    ['/pools/p1', '/pools/{poolid}', { poolid: 'p1' }],
  ])
  await upstream.close()
})

test.each(['/api2/json/version', '/version'])('%s: a call ends with its caller', async (path) => {
  await using server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new TypeError('the server has no port')
  const upstream = connectServer({ product: 'pve', url: `http://127.0.0.1:${address.port}` })
  const { definition } = lab.simulator
  await using gateway = createGateway({
    clusters: [{ name: 'slow', definition, upstream }],
    mode: 'real',
  })
  const sent = request((await gateway.listen()) + path, { headers: { authorization: token } }).end()
  sent.on('error', () => {})
  const [, answer] = await once(server, 'request')
  sent.destroy()
  await once(answer, 'close')
  expect(answer.writableEnded).toBe(false)
  await upstream.close()
})

test('a server that cannot be reached is a 502 with its reason', async () => {
  const upstream = connectServer({ product: 'pve', url: 'http://127.0.0.1:1', timeout: 500 })
  const { definition } = lab.simulator
  await using gateway = createGateway({
    clusters: [{ name: 'gone', definition, upstream }],
    mode: 'real',
  })
  const url = await gateway.listen()
  const rest = await exchange(`${url}/nodes`)
  expect(rest.statusCode).toBe(502)
  expect(JSON.parse(rest.body)).toEqual({
    detail: expect.stringMatching('cannot reach http://127.0.0.1:1'),
  })
  const wire = await exchange(`${url}/api2/json/nodes`)
  expect([wire.statusCode, wire.statusMessage]).toEqual([
    502,
    expect.stringMatching('cannot reach'),
  ])
})
