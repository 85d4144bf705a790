import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callAs } from '../../test/api-caller.js'
import { authorization, controlSeed } from '../../test/control-seed.js'
import { exchange } from '../../test/raw-http.js'
import { createSimulator, instantClock, type Listener, type Simulator } from '../index.js'

let simulator: Simulator
let listener: Listener

beforeEach(async () => {
  simulator = createSimulator({ seed: controlSeed, clock: instantClock() })
  listener = await simulator.listen({ http: true, controlKey: 'k3y' })
})

afterEach(() => simulator.close())

const root = (): ReturnType<typeof callAs> => callAs(simulator)

async function get(path: string): Promise<string> {
  return exchange(listener, `GET /api2/json${path} HTTP/1.1\r\n${authorization}\r\n\r\n`)
}

interface Controlled {
  readonly status: number
  readonly body: unknown
}

async function control(call: string, content?: unknown, key = 'k3y'): Promise<Controlled> {
  const [method = '', path = ''] = call.split(' ')
  const response = await fetch(`${listener.url}/_proxkit${path}`, {
    method,
    headers: { 'x-proxkit-key': key },
    ...(content !== undefined && { body: JSON.stringify(content) }),
  })
  return { status: response.status, body: await response.json() }
}

describe('overrides', () => {
  it('answer in place of the cluster, for those who may ask', async () => {
    simulator.overrides.replace({ '/nodes/pve1/status': { uptime: 42 } })
    expect(await root()('GET /nodes/pve1/status')).toEqual({ uptime: 42 })
    expect(await root()('GET /nodes/pve2/status')).not.toEqual({ uptime: 42 })
    expect(await callAs(simulator, 'joe@pve')('GET /nodes/pve1/status')).toMatch(/^403 /)
  })

  it.each([
    [{ nodes: 1 }, '"nodes": is not a call: use a path such as /nodes/pve1/status'],
    [{ '/node': 1 }, '"/node": the API has no GET /node'],
    [7, 'overrides: 7 is not an object of answers by path'],
  ])('that make no sense are refused: %j', async (given, error) => {
    expect(await control('PUT /overrides', given)).toEqual({ status: 400, body: { error } })
  })
})

describe('switches', () => {
  it('turn a node off and on', async () => {
    await control('PUT /nodes/pve1', { online: false })
    const { body } = await control('GET /state')
    expect(Object(body).nodes.pve1.online).toBe(false)
    expect(Object(body).guests).toEqual({})
    expect(await control('PUT /nodes/pve9', { online: true })).toEqual({
      status: 400,
      body: { error: 'there is no node "pve9": the cluster has pve1, pve2' },
    })
  })

  it('take a storage away and give it back', async () => {
    simulator.setStorage('local', { online: false })
    expect(await root()('GET /nodes/pve1/storage/local/content')).toBe(
      "500 storage 'local' is not online",
    )
    simulator.setStorage('local', { online: true })
    expect(await root()('GET /nodes/pve1/storage/local/content')).toEqual([])
  })

  it('make a storage small', async () => {
    simulator.setStorage('local', { capacity: 0 })
    expect(await root()('GET /nodes/pve1/storage/local/status')).toMatchObject({ avail: 0 })
  })
})

describe('the control', () => {
  it('is there for whoever has the key, and nowhere else', async () => {
    expect(await control('GET /health', undefined, 'wrong')).toEqual({
      status: 401,
      body: { error: 'give the control key in the header X-Proxkit-Key' },
    })
    expect(await control('GET /health')).toMatchObject({ status: 200, body: { status: 'ok' } })
    const closed = await simulator.listen({ http: true })
    const answer = await exchange(
      closed,
      'GET /_proxkit/health HTTP/1.1\r\nX-Proxkit-Key: k3y\r\n\r\n',
    )
    expect(answer.split('\r\n')[0]).toBe("HTTP/1.1 500 no such file '/_proxkit/health'")
  })

  it('keeps and restores states', async () => {
    await control('PUT /snapshots/before')
    await root()('POST /pools', { poolid: 'made' })
    expect(await control('GET /snapshots')).toEqual({ status: 200, body: ['before'] })
    await control('POST /snapshots/before/restore')
    expect(await root()('GET /pools')).toEqual([])
    expect(await control('POST /snapshots/none/restore')).toEqual({
      status: 404,
      body: { error: 'there is no snapshot "none"' },
    })
    await control('DELETE /snapshots/before')
    expect(await control('GET /snapshots')).toEqual({ status: 200, body: [] })
  })

  it('reads the state and takes it back', async () => {
    const { body } = await control('GET /state')
    await root()('POST /pools', { poolid: 'made' })
    await control('PUT /state', body)
    expect(await root()('GET /pools')).toEqual([])
    expect(await control('PUT /state', { format: 2 })).toEqual({
      status: 400,
      body: { error: 'format: 2 is not known: this version reads 1' },
    })
    const good = simulator.snapshot()
    const wrong: readonly [object, string][] = [
      [{ nodes: {} }, 'nodes: is empty: a cluster needs at least one node'],
      [{ nodes: { pve1: 5 } }, 'nodes.pve1: 5 is not an object of named parts'],
      [{ config: { 'user.cfg': 5 } }, 'config["user.cfg"]: 5 is not text'],
      [{ backings: [{ key: 'x' }] }, 'backings[0].capacity: is missing'],
      [{ tasks: [null] }, 'tasks[0]: null is not an object of named parts'],
      [{ guests: { web: {} } }, 'guests.web: "web" is not the id of a guest'],
    ]
    for (const [part, error] of wrong) {
      expect(await control('PUT /state', { ...good, ...part })).toEqual({
        status: 400,
        body: { error },
      })
    }
    expect(simulator.snapshot()).toEqual(good)
  })

  it('begins anew, with another seed too', async () => {
    await root()('POST /pools', { poolid: 'made' })
    simulator.faults.add({ effect: { latency: 1 } })
    await control('POST /reset')
    expect(await root()('GET /pools')).toEqual([])
    expect(simulator.faults.list()).toEqual([])
    await control('POST /seed', { nodes: { other: {} } })
    expect(await root()('GET /nodes')).toMatchObject([{ node: 'other' }])
  })

  it('gives /etc/pve as an archive, and begins anew with one', async () => {
    const headers = { 'x-proxkit-key': 'k3y' }
    await root()('POST /pools', { poolid: 'kept' })
    const exported = await fetch(`${listener.url}/_proxkit/export`, { headers })
    expect(exported.headers.get('content-type')).toBe('application/x-tar')
    const archive = await exported.arrayBuffer()
    await control('POST /reset')
    const post = async (body: string | ArrayBuffer): Promise<unknown> =>
      (await fetch(`${listener.url}/_proxkit/import`, { method: 'POST', headers, body })).json()
    expect(await post('no archive')).toEqual({ error: 'the archive is none of tar' })
    expect(await root()('GET /pools')).toEqual([])
    expect(await post(archive)).toEqual({ notes: [] })
    expect(await root()('GET /pools')).toEqual([{ poolid: 'kept' }])
    expect(await root()('GET /nodes/pve2/qemu/101/config')).toMatchObject({
      digest: expect.stringMatching(/^[\da-f]{40}$/),
    })
  })

  it('takes the quorum away and gives it back', async () => {
    await control('PUT /quorum', { quorate: false })
    expect(await root()('POST /pools', { poolid: 'made' })).toBe(
      "500 create pool failed: cfs-lock 'file-user_cfg' error: no quorum!",
    )
    await control('PUT /quorum', { quorate: true })
    expect(await root()('POST /pools', { poolid: 'made' })).toBeNull()
    expect(await control('PUT /quorum', {})).toEqual({
      status: 400,
      body: { error: 'quorum.quorate: is missing' },
    })
  })

  it('tells how true the answers are, and which operations were called', async () => {
    await root()('GET /nodes/pve1/qemu')
    await root()('GET /nodes/pve2/qemu')
    await callAs(simulator, 'nobody@pve')('GET /nodes/pve2/status')
    const { body } = await control('GET /coverage')
    expect(Array.isArray(body) && body.filter(({ calls }) => calls > 0)).toEqual([
      { verb: 'GET', path: '/nodes/{node}/qemu', level: 'modelled', calls: 2 },
    ])
    await control('POST /reset')
    expect(simulator.coverage.list().every(({ calls }) => calls === 0)).toBe(true)
  })

  it('tells which calls came, without their secrets', async () => {
    await get('/version')
    await fetch(`${listener.url}/api2/json/access/ticket`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'root@pam', password: 'wrong' }),
    })
    const { body } = await control('GET /requests')
    expect(body).toMatchObject([
      { number: 1, verb: 'GET', path: '/version', user: 'root@pam!ci', node: 'pve1', status: 200 },
      {
        number: 2,
        path: '/access/ticket',
        params: { username: 'root@pam', password: '***' },
        status: 401,
        message: 'authentication failure',
      },
    ])
    await control('DELETE /requests')
    expect(await control('GET /requests')).toEqual({ status: 200, body: [] })
  })

  it('adds and ends faults', async () => {
    expect(await control('POST /faults', { effect: { status: 500 } })).toEqual({
      status: 200,
      body: { id: '1' },
    })
    expect(await root()('GET /version')).toBe('500 internal error')
    await control('DELETE /faults/1')
    expect(await root()('GET /version')).toMatchObject({ release: '9.2' })
    expect(await control('DELETE /faults/1')).toEqual({
      status: 404,
      body: { error: 'there is no fault "1"' },
    })
  })

  it('says what it has, and what it does not', async () => {
    const { body } = await control('GET /')
    expect(body).toContainEqual({ verb: 'GET', path: '/', summary: 'this list' })
    expect(await control('GET /nothing')).toEqual({
      status: 404,
      body: { error: 'there is no /_proxkit/nothing; GET /_proxkit lists what there is' },
    })
    expect(await control('DELETE /health')).toEqual({
      status: 405,
      body: { error: '/_proxkit/health takes GET, not DELETE' },
    })
  })

  it('moves the clock where it can be moved', async () => {
    expect(await control('POST /clock/advance', { seconds: 1 })).toEqual({
      status: 409,
      body: { error: 'this simulator runs on a clock that cannot be changed' },
    })
    await simulator.close()
    simulator = createSimulator({ seed: controlSeed })
    listener = await simulator.listen({ http: true, controlKey: 'k3y' })
    expect(await control('PUT /clock', { speed: 0 })).toMatchObject({ body: { speed: 0 } })
    const before = simulator.clock.now()
    await control('POST /clock/advance', { seconds: 90 })
    expect(simulator.clock.now() - before).toBe(90_000)
  })
})
