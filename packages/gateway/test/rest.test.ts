import { connectServer } from '@proxkit/client/server'
import { createGateway } from '@proxkit/gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simulatedGateway, token, type SimulatedGateway } from './simulated-gateway.js'

let lab: SimulatedGateway
beforeAll(async () => {
  lab = await simulatedGateway()
})
afterAll(() => lab[Symbol.asyncDispose]())

describe('answers', () => {
  test('are the data alone, in real JSON types', async () => {
    const { status, body } = await lab.call('GET', '/nodes/pve1/qemu/100/config')
    expect(status).toBe(200)
    expect(body).toMatchObject({ name: 'web-1', cores: 2, memory: '4096' })
    const { body: domains } = await lab.call('GET', '/access/users?userid=root@pam')
    expect(domains).toMatchObject([{ userid: 'root@pam', enable: true }])
  })

  test('to a create are 201 and tell where it is', async () => {
    const made = await lab.call('POST', '/pools', { poolid: 'a', comment: 'new' })
    expect(made).toMatchObject({ status: 201, headers: { location: '/pools/a' }, body: null })
    const token = await lab.call('POST', '/access/users/root@pam/token/new')
    expect(token.status).toBe(201)
    expect(token.headers['location']).toBe('/access/users/root@pam/token/new')
    expect(await lab.call('GET', '/pools/a')).toMatchObject({ body: { comment: 'new' } })
    expect(await lab.call('DELETE', '/pools?poolid=a')).toMatchObject({ status: 200, body: null })
  })

  test('to what starts a task are 202, and as they turn out with wait', async () => {
    const started = await lab.call('POST', '/nodes/pve1/qemu', { vmid: 700, name: 'one' })
    expect(started.status).toBe(202)
    expect(started.headers['location']).toBe('/nodes/pve1/qemu/700')
    expect(started.body).toMatchObject({
      node: 'pve1',
      type: 'qmcreate',
      id: '700',
      status: 'running',
    })

    const waited = await lab.call('POST', '/nodes/pve1/qemu?wait=10', { vmid: 701 })
    expect(waited.status).toBe(201)
    expect(waited.body).toMatchObject({ status: 'stopped', exitstatus: 'OK', warnings: 0 })
    const turnedOn = await lab.call('POST', '/nodes/pve1/qemu/701/status/start?wait=10')
    expect(turnedOn).toMatchObject({ status: 200, body: { type: 'qmstart', exitstatus: 'OK' } })
  })

  test('are JSON even where they are a value alone', async () => {
    const { headers, body } = await lab.call('GET', '/cluster/nextid')
    expect(headers['content-type']).toMatch('application/json')
    expect(body).toBe(107)
  })

  test('to a file that is sent are those to its task', async () => {
    const file = new FormData()
    file.set('content', 'iso')
    file.set('filename', new Blob(['disk']), 'small.iso')
    const sent = new Request('http://unused', { method: 'POST', body: file })
    const answer = await lab.gateway.inject({
      method: 'POST',
      url: '/nodes/pve1/storage/local/upload?wait=10',
      headers: { authorization: token, 'content-type': sent.headers.get('content-type') ?? '' },
      payload: Buffer.from(await sent.arrayBuffer()),
    })
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ type: 'imgcopy', exitstatus: 'OK' })
    const files = await lab.call(
      'GET',
      '/nodes/pve1/storage/local/content?content=iso&fields=volid',
    )
    expect(files.body).toContainEqual({ volid: 'local:iso/small.iso' })
  })

  test('to a form are those to JSON, and a query may say true', async () => {
    const answer = await lab.gateway.inject({
      method: 'POST',
      url: '/nodes/pve1/qemu?start=false',
      headers: { authorization: token, 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'vmid=702&onboot=true',
    })
    expect(answer.statusCode).toBe(202)
    expect(await lab.call('GET', '/nodes/pve1/qemu/702/config')).toMatchObject({
      body: { onboot: true },
    })
  })

  test('to a task that failed are refusals which name it', async () => {
    const { status, body } = await lab.call('POST', '/nodes/pve1/qemu/100/status/start?wait=10')
    expect(body).toMatchObject({
      detail: 'VM 100 already running',
      task: expect.stringMatching(/^UPID:pve1:.*:qmstart:100:/),
    })
    expect(status).toBe(409)
  })
})

describe('lists', () => {
  test('are filtered, sorted, paged and reduced to fields', async () => {
    const { body, headers } = await lab.call(
      'GET',
      '/cluster/resources?type=vm&status=running&sort=-vmid&start=1&limit=1&fields=vmid,status',
    )
    const all = await lab.call('GET', '/cluster/resources?type=vm&status=running')
    const guests = (Array.isArray(all.body) ? all.body : []).map(({ vmid }) => Number(vmid))
    expect(guests.length).toBeGreaterThan(2)
    expect(headers['x-total-count']).toBe(String(guests.length))
    expect(body).toEqual([{ vmid: guests.toSorted((a, b) => b - a)[1], status: 'running' }])
  })

  test('are searched by a part of a text', async () => {
    const { body } = await lab.call('GET', '/nodes/pve1/qemu?name=~WEB-1&fields=vmid,name')
    expect(body).toEqual([{ vmid: 100, name: 'web-1' }])
  })

  test('that the operation pages are left to it', async () => {
    const { body, headers } = await lab.call('GET', '/nodes/pve1/tasks?limit=1&start=1')
    expect(body).toHaveLength(1)
    expect(Number(headers['x-total-count'])).toBeGreaterThan(1)
  })

  test('refuse what is neither a parameter nor a field', async () => {
    expect(await lab.call('GET', '/nodes/pve1/qemu?nome=web')).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'nome' }] },
    })
    expect(await lab.call('GET', '/nodes?limit=-1')).toMatchObject({
      status: 422,
      body: {
        errors: [{ field: 'limit', message: "'-1' is not a whole number from 0 to 1000000000" }],
      },
    })
  })
})

describe('refusals', () => {
  test('name the parameter, and come before the server is asked', async () => {
    const { length } = lab.simulator.requests.list()
    expect(await lab.call('POST', '/nodes/pve1/qemu', { vmid: 5 })).toMatchObject({
      status: 422,
      body: {
        detail: 'Parameter verification failed.',
        errors: [
          { field: 'vmid', message: 'invalid format - value does not look like a valid VM ID' },
        ],
      },
    })
    expect(lab.simulator.requests.list()).toHaveLength(length)
  })

  test('are problem+json for who asks for it', async () => {
    const { headers, body } = await lab.gateway
      .inject({
        url: '/nope',
        headers: { accept: 'application/problem+json' },
      })
      .then((answer) => ({ headers: answer.headers, body: answer.json<unknown>() }))
    expect(headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: '/nope is not a path of this API',
    })
  })

  test('tell an unknown path from an unknown verb', async () => {
    expect((await lab.call('GET', '/nope')).status).toBe(404)
    const { status, headers } = await lab.call('DELETE', '/version')
    expect([status, headers['allow']]).toEqual([405, 'GET'])
  })

  test('damaged paths and bodies are 400', async () => {
    expect((await lab.call('GET', '/nodes/%zz')).status).toBe(400)
    expect((await lab.call('GET', '/nodes/..%2Faccess')).status).toBe(400)
    const broken = await lab.gateway.inject({
      method: 'POST',
      url: '/pools',
      headers: { 'content-type': 'application/json' },
      payload: '{"poolid":',
    })
    expect(broken.statusCode).toBe(400)
    expect(broken.json()).toEqual({ detail: expect.any(String) })
  })

  test('without a login are 401', async () => {
    const answer = await lab.gateway.inject({ url: '/nodes' })
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toEqual({
      detail: 'a ticket or an API token is needed, and none came along',
    })
    const wrong = await lab.gateway.inject({
      url: '/nodes',
      headers: { authorization: 'PVEAPIToken=root@pam!ci=00000000-0000-4000-8000-000000000009' },
    })
    expect(wrong.statusCode).toBe(401)
    expect(wrong.body).not.toContain('000000000009')
  })

  test('have the status that the text of the server means', async () => {
    expect((await lab.call('GET', '/nodes/pve1/qemu/999/config')).status).toBe(404)
    expect((await lab.call('POST', '/nodes/pve1/qemu', { vmid: 100 })).status).toBe(409)
    const { status, body } = await lab.call('PUT', '/nodes/pve1/qemu/100/config', {
      cores: 1,
      digest: '0'.repeat(40),
    })
    expect(status).toBe(409)
    expect(body).toMatchObject({ detail: expect.stringContaining('file change by other user?') })
  })
})

test('a login gives a ticket that the next call passes with', async () => {
  const { gateway } = lab
  const login = await gateway.inject({
    method: 'POST',
    url: '/access/ticket',
    payload: { username: 'root@pam', password: 'proxkit' },
  })
  const { ticket, CSRFPreventionToken } = login.json<Record<string, string>>()
  const cookie = `other=1; PVEAuthCookie=${encodeURIComponent(ticket ?? '')}`
  expect((await gateway.inject({ url: '/nodes', headers: { cookie } })).statusCode).toBe(200)
  const write = { method: 'POST', url: '/pools', payload: { poolid: 'b' } } as const
  expect((await gateway.inject({ ...write, headers: { cookie } })).statusCode).toBe(401)
  const headers = { cookie, csrfpreventiontoken: CSRFPreventionToken ?? '' }
  expect((await gateway.inject({ ...write, headers })).statusCode).toBe(201)
})

test('of several clusters each is under its name, and the first at the root too', async () => {
  await using far = await simulatedGateway({ seed: 'single' })
  const { definition } = lab.simulator
  const urls = await Promise.all(
    [lab, far].map(({ simulator }) => simulator.listen({ http: true }).then(({ url }) => url)),
  )
  const [near, other] = urls.map((url) => connectServer({ product: 'pve', url }))
  if (!near || !other) throw new TypeError('two clusters make two servers')
  await using gateway = createGateway({
    clusters: [
      { name: 'near', definition, upstream: near },
      { name: 'far', definition, upstream: other },
    ],
    mode: 'simulate',
  })
  const headers = { authorization: token }
  const nodes = async (url: string): Promise<unknown> =>
    (await gateway.inject({ url, headers })).json()
  const three = [{ node: 'pve1' }, { node: 'pve2' }, { node: 'pve3' }]
  expect(await nodes('/nodes?fields=node&sort=node')).toEqual(three)
  expect(await nodes('/clusters/near/nodes?fields=node&sort=node')).toEqual(three)
  const login = { username: 'root@pam', password: 'proxkit' }
  const ticket = await gateway.inject({
    method: 'POST',
    url: '/clusters/far/access/ticket',
    payload: login,
  })
  const cookie = `PVEAuthCookie=${encodeURIComponent(ticket.json<{ ticket: string }>().ticket)}`
  const there = await gateway.inject({
    url: '/clusters/far/nodes?fields=node',
    headers: { cookie },
  })
  expect(there.json()).toEqual([{ node: 'pve' }])
  const pool = await gateway.inject({
    method: 'POST',
    url: '/clusters/near/pools',
    headers,
    payload: { poolid: 'c' },
  })
  expect(pool.headers.location).toBe('/clusters/near/pools/c')
  await Promise.all([near.close(), other.close()])
})
