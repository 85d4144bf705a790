import { connectServer } from '@proxkit/client/server'
import { createGateway } from '@proxkit/gateway'
import { loadDefinition } from '@proxkit/schema'
import { expect, test } from 'vitest'
import { simulatedGateway, token } from './simulated-gateway.js'

const definition = loadDefinition({ product: 'pve', version: '9.2' })

test('the routes of operators tell mode, health and readiness', async () => {
  await using lab = await simulatedGateway()
  const id = { product: 'pve', version: '9.2' }
  expect(await lab.call('GET', '/health')).toMatchObject({
    status: 200,
    body: { status: 'ok', ...id },
  })
  expect(await lab.call('GET', '/ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
  expect((await lab.call('GET', '/mode')).body).toEqual({
    mode: 'simulate',
    ...id,
    operations: 676,
    paths: 445,
    authentication: "the caller's own ticket or API token",
  })
  expect((await lab.call('GET', '/')).body).toEqual({
    name: 'proxkit',
    mode: 'simulate',
    ...id,
    docs: '/docs',
    redoc: '/redoc',
    openapi: '/openapi.json',
    api2: '/api2/json',
    events: '/events',
  })
})

test('a server that is away makes the gateway not ready, and healthy all the same', async () => {
  const upstream = connectServer({ product: 'pve', url: 'http://127.0.0.1:1', timeout: 300 })
  await using gateway = createGateway({
    clusters: [{ name: 'gone', definition, upstream }],
    mode: 'real',
  })
  expect((await gateway.inject({ url: '/health' })).statusCode).toBe(200)
  const ready = await gateway.inject({ url: '/ready' })
  expect(ready.statusCode).toBe(503)
  expect(ready.json()).toEqual({
    status: 'not ready',
    detail: expect.stringMatching('cannot reach http://127.0.0.1:1'),
  })
})

test('answers are measured by operation, and logged without what opens a door', async () => {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  await using lab = await simulatedGateway({}, { log: { level: 'info', stream } })
  const headers = { authorization: token, 'x-request-id': 'abc-1' }
  const answer = await lab.gateway.inject({ url: '/nodes/pve1/qemu?name=secret-1', headers })
  expect(answer.headers['x-request-id']).toBe('abc-1')
  const login = await lab.gateway.inject({
    method: 'POST',
    url: '/access/ticket',
    headers: { 'x-request-id': 'two words' },
    payload: { username: 'root@pam', password: 'secret-2' },
  })
  expect(login.statusCode).toBe(401)
  expect(login.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      reqId: 'abc-1',
      method: 'GET',
      path: '/nodes/pve1/qemu',
      operation: '/nodes/{node}/qemu',
      caller: 'root@pam!ci',
      status: 200,
      msg: 'answered',
    },
    { method: 'POST', path: '/access/ticket', operation: '/access/ticket', status: 401 },
  ])
  expect(lines.join('')).not.toMatch(/secret|00000000-0000/)
  const metrics = await lab.gateway.inject({ url: '/metrics' })
  expect(metrics.body).toMatch(
    'proxkit_gateway_request_seconds_count{method="GET",operation="/nodes/{node}/qemu",status="200"} 1',
  )
})

test('an operation of the server is never hidden by a path of the gateway, but for its root', () => {
  const own = new Set([
    '',
    'docs',
    'redoc',
    'health',
    'ready',
    'mode',
    'metrics',
    'versions',
    'events',
    'start',
    'api2',
    'clusters',
    'codegen',
  ])
  for (const id of [
    { product: 'pve', version: '9.2' },
    { product: 'pbs', version: '4.2' },
    { product: 'pmg', version: '9.1' },
    { product: 'pdm', version: '1.1' },
  ] as const) {
    const roots = Array.from(loadDefinition(id).methods(), ({ path }) => path.split('/')[1] ?? '')
    expect([...new Set(roots)].filter((name) => own.has(name))).toEqual([''])
  }
})
