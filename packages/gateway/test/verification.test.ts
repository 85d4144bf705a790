import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { connectServer } from '@proxkit/client/server'
import { createGateway, type GatewayOptions } from '@proxkit/gateway'
import { loadDefinition } from '@proxkit/schema'
import { describe, expect, onTestFinished, test } from 'vitest'
import { token } from './simulated-gateway.js'

const definition = loadDefinition({ product: 'pve', version: '9.2' })
const form = 'application/x-www-form-urlencoded'
const boundary = 'sep'

interface Stood {
  readonly url: string
  /** What the server was asked. */
  readonly asked: { readonly line: string; readonly body: string }[]
}

/** A gateway before a server that takes everything, and answers as it is told. */
async function standing(
  options: Partial<GatewayOptions> = {},
  answer: { readonly type?: string; readonly body?: Buffer } = {},
): Promise<Stood> {
  const asked: { readonly line: string; readonly body: string }[] = []
  const { type = 'application/json;charset=UTF-8', body = Buffer.from('{"data":null}') } = answer
  const server = createServer((incoming, response) => {
    void buffer(incoming).then((received) => {
      asked.push({ line: `${incoming.method} ${incoming.url}`, body: received.toString() })
      response.setHeader('content-type', type)
      if (body[0] === 0x1f) response.setHeader('content-encoding', 'gzip')
      response.end(body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const upstream = connectServer({ product: 'pve', url: `http://127.0.0.1:${port}` })
  const clusters: GatewayOptions['clusters'] = [{ name: 'lab', definition, upstream }]
  const gateway = createGateway({ clusters, mode: 'real', ...options })
  onTestFinished(async () => {
    await gateway.close()
    await upstream.close()
    server.close()
  })
  return { url: await gateway.listen(), asked }
}

interface Sent {
  readonly method?: string
  readonly type?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function exchange(url: string, { method = 'GET', type, body, headers }: Sent = {}) {
  const sent = request(url, {
    method,
    headers: { authorization: token, ...(type && { 'content-type': type }), ...headers },
  })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  return { status: answer.statusCode, reason: answer.statusMessage, body: await text(answer) }
}

describe('what the definition does not allow never reaches the server', () => {
  test.each<[string, string, Sent, object]>([
    ['a query', '/cluster/resources?type=cars', {}, { type: /value 'cars' does not have a value/ }],
    [
      'a form',
      '/nodes/pve1/qemu',
      { method: 'POST', type: form, body: 'vmid=5' },
      { vmid: /value does not look like a valid VM ID/ },
    ],
    [
      'JSON',
      '/nodes/pve1/qemu',
      { method: 'POST', type: 'application/json; charset=utf-8', body: '{"vmid":100,"cores":0}' },
      { cores: /value must have a minimum value of 1/ },
    ],
    ['what is missing', '/pools', { method: 'POST' }, { poolid: /property is missing/ }],
    ['a name', '/version?a=1', {}, { a: /property is not defined in schema/ }],
    ['the path', '/nodes/pve1/qemu/5/config', {}, { vmid: /valid VM ID/ }],
    [
      'a field in front of a file',
      '/nodes/pve1/storage/local/upload',
      upload({ content: 'cars' }),
      { content: /invalid content type 'cars'/ },
    ],
  ])('in %s', async (_, path, sent, errors) => {
    const { url, asked } = await standing()
    const message = 'Parameter verification failed.\n'
    const patterns = Object.fromEntries(
      Object.entries(errors).map(([name, pattern]) => [name, expect.stringMatching(pattern)]),
    )
    const answer = await exchange(`${url}/api2/json${path}`, sent)
    expect([answer.status, answer.reason]).toEqual([400, 'Parameter verification failed.'])
    expect(JSON.parse(answer.body)).toEqual({ data: null, message, errors: patterns })
    const extjs = await exchange(`${url}/api2/extjs${path}`, sent)
    expect([extjs.status, JSON.parse(extjs.body)]).toEqual([
      200,
      { data: null, message, errors: patterns, success: 0, status: '400' },
    ])
    const rest = await exchange(url + path, sent)
    const fields = Object.entries(patterns).map(([field, text]) => ({ field, message: text }))
    expect([rest.status, JSON.parse(rest.body)]).toEqual([
      422,
      { detail: message.trimEnd(), errors: fields },
    ])
    expect(asked).toEqual([])
  })

  test('where it asks for another protocol', async () => {
    const { url, asked } = await standing()
    const path = '/api2/json/nodes/pve1/qemu/100/vncwebsocket?port=80&vncticket=x'
    const headers = { connection: 'Upgrade', upgrade: 'websocket' }
    const { status, body } = await exchange(url + path, { headers })
    expect([status, JSON.parse(body)]).toMatchObject([
      400,
      { errors: { port: 'value must have a minimum value of 5900' } },
    ])
    expect(asked).toEqual([])
  })
})

test('what it allows passes to the last byte, as the server reads it', async () => {
  const { url, asked } = await standing()
  const sent: readonly (readonly [string, Sent])[] = [
    ['POST /pools', { type: form, body: 'poolid=a%2Db;comment=c=d' }],
    ['PUT /pools?poolid=a', { type: 'application/json', body: ' {"comment" : "é"} ' }],
    ['GET /cluster/resources?type=vm&_dc=1700000000', {}],
    ['POST /nodes/pve1/storage/local/upload', upload({ content: 'iso' })],
  ]
  for (const [line, given] of sent) {
    const [method = '', path = ''] = line.split(' ')
    expect(await exchange(`${url}/api2/json${path}`, { ...given, method })).toMatchObject({
      status: 200,
    })
    expect(asked.pop()).toEqual({ line: `${method} /api2/json${path}`, body: given.body ?? '' })
  }
})

test.each<[string, string, Sent]>([
  ['who shows nothing', '/pools', { method: 'POST', headers: { authorization: '' } }],
  ['a damaged body', '/pools', { method: 'POST', type: 'application/json', body: '{' }],
  ['a body of another type', '/pools', { method: 'POST', type: 'text/plain', body: 'poolid' }],
  ['a form that is none', '/pools', { method: 'POST', type: 'multipart/form-data', body: 'x' }],
])('%s is left for the server to refuse', async (_, path, sent) => {
  const { url, asked } = await standing()
  await exchange(`${url}/api2/json${path}`, sent)
  expect(asked).toEqual([{ line: `POST /api2/json${path}`, body: sent.body ?? '' }])
})

describe('what the definition does not know', () => {
  const param = 'POST /api2/json/pools?poolid=a&colour=red'
  const option = 'PUT /api2/json/nodes/pve1/qemu/100/config?net0=virtio%2Ccolour%3Dred'
  const operation = 'GET /api2/json/cluster/cars'

  test('is refused', async () => {
    const { url, asked } = await standing()
    const message = "Method 'GET /cluster/cars' not implemented"
    expect(await calls(url, param, option, operation)).toEqual([
      400,
      400,
      [501, { data: null, message }],
    ])
    expect(asked).toEqual([])
  })

  test('passes where the settings let it, and is counted', async () => {
    const { url, asked } = await standing({ unknown: 'pass' })
    const wrong = 'POST /api2/json/nodes/pve1/qemu?vmid=5&colour=red'
    const rest = 'POST /pools?poolid=b&colour=red'
    expect(await calls(url, param, option, operation, wrong, rest)).toEqual([
      200, 200, 200, 400, 201,
    ])
    expect(asked).toHaveLength(4)
    const metrics = await exchange(`${url}/metrics`)
    expect(metrics.body).toMatch('proxkit_gateway_unknown_total{kind="parameter"} 3\n')
    expect(metrics.body).toMatch('proxkit_gateway_unknown_total{kind="operation"} 1\n')
  })
})

test.each([
  ['plain', Buffer.from('{"data":[{"node":7}],"more":1}')],
  ['packed', gzipSync('{"data":[{"node":7}]}')],
  ['none at all', Buffer.from('nothing')],
])('an answer that does not fit passes as it is, and is counted: %s', async (_, body) => {
  const { url } = await standing({}, { body })
  const answer = await exchange(`${url}/api2/json/nodes`, { headers: { accept: '*/*' } })
  expect(answer).toEqual({ status: 200, reason: 'OK', body: body.toString() })
  await expect
    .poll(async () => (await exchange(`${url}/metrics`)).body)
    .toMatch('proxkit_gateway_answer_mismatches_total{operation="GET /nodes"} 1\n')
})

/** A form with a file behind its fields. */
function upload(fields: Readonly<Record<string, string>>): Sent & { type: string; body: string } {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="filename"; filename="a.iso"\r\nContent-Type: application/octet-stream\r\n\r\n${'disk'.repeat(50_000)}\r\n--${boundary}--\r\n`
  return {
    method: 'POST',
    type: `multipart/form-data; boundary=${boundary}`,
    body: parts.join('') + file,
  }
}

/** The status of each call, with what it says where there is no such operation. */
async function calls(url: string, ...lines: readonly string[]): Promise<readonly unknown[]> {
  const statuses: unknown[] = []
  for (const line of lines) {
    const [method = '', path = ''] = line.split(' ')
    const { status, body } = await exchange(url + path, { method })
    statuses.push(status === 501 ? [status, JSON.parse(body)] : status)
  }
  return statuses
}
