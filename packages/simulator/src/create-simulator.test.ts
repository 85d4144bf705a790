import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:https'
import { json } from 'node:stream/consumers'
import { loadDefinition } from '@proxkit/schema'
import { describe, expect, it } from 'vitest'
import { callAs } from '../test/api-caller.js'
import { createSimulator, instantClock, manualClock, SeedError, type Simulator } from './index.js'

const ciToken = 'PVEAPIToken=root@pam!ci=00000000-0000-4000-8000-000000000001'

function get(
  simulator: Simulator,
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return simulator.fetch(new Request(`https://pve1:8006/api2/json${path}`, { headers }))
}

describe('createSimulator', () => {
  it('starts with the lab, or a single node, or what it is given', async () => {
    expect(await callAs(createSimulator())('GET /cluster/nextid')).toBe('107')
    expect(await callAs(createSimulator({ seed: 'single' }))('GET /nodes')).toMatchObject([
      { node: 'pve' },
    ])
    const seed = { nodes: { own: {} } }
    expect(await callAs(createSimulator({ seed }))('GET /nodes')).toMatchObject([{ node: 'own' }])
  })

  it('annotate: tells the level of each answer', async () => {
    await using simulator = createSimulator({
      seed: 'single',
      clock: instantClock(),
      annotate: true,
    })
    const login = await simulator.fetch(
      new Request('https://pve/api2/json/access/ticket', {
        method: 'POST',
        body: new URLSearchParams({ username: 'root@pam', password: 'proxkit' }),
      }),
    )
    const { data }: { data: { ticket: string } } = JSON.parse(await login.text())
    const ask = async (path: string): Promise<string | null> => {
      const headers = { cookie: `PVEAuthCookie=${encodeURIComponent(data.ticket)}` }
      const answer = await simulator.fetch(new Request(`https://pve/api2/json${path}`, { headers }))
      return answer.headers.get('x-proxkit-level')
    }
    expect(await ask('/version')).toBe('modelled')
    expect(await ask('/nodes/pve/ceph/status')).toBe('sampled')
    expect(await ask('/nowhere')).toBe(null)
  })

  it('refuses a login to which an API token comes along', async () => {
    await using simulator = createSimulator({ seed: 'single', clock: instantClock() })
    const body = new URLSearchParams({ username: 'root@pam', password: 'proxkit' })
    const login = (headers: Record<string, string>): Promise<Response> =>
      simulator.fetch(
        new Request('https://pve/api2/json/access/ticket', { method: 'POST', body, headers }),
      )
    expect((await login({})).status).toBe(200)
    expect(await (await login({ authorization: ciToken })).json()).toEqual({
      data: null,
      message:
        "Permission check failed (URI '/access/ticket' not available with API token, need proper ticket.\n)\n",
    })
  })

  it.each(['7.4', '8.4', '9.1', '9.2'])('definition: serves version %s', async (version) => {
    const definition = loadDefinition({ product: 'pve', version })
    await using simulator = createSimulator({ seed: 'single', clock: instantClock(), definition })
    const { status, data } = await simulator
      .transport()
      .send({ verb: 'GET', path: '/version', params: {} })
    expect({ status, data }).toMatchObject({ status: 200, data: { release: version } })
  })

  it('takes uploads and gives downloads without a socket', async () => {
    await using simulator = createSimulator({ seed: 'single', clock: instantClock() })
    const transport = simulator.transport()
    const content = Buffer.alloc(100_000, 'x')
    const progress: number[] = []
    const { data: upid } = await transport.send({
      verb: 'POST',
      path: '/nodes/pve/storage/local/upload',
      params: {
        content: 'iso',
        'checksum-algorithm': 'sha256',
        checksum: createHash('sha256').update(content).digest('hex'),
      },
      upload: {
        field: 'filename',
        filename: 'a.iso',
        size: content.length,
        open: async function* () {
          yield content.subarray(0, 60_000)
          yield content.subarray(60_000)
        },
        onProgress: (sent) => progress.push(sent),
      },
    })
    expect(progress).toEqual([60_000, 100_000])
    await simulator.idle()
    const path = '/nodes/pve/storage/local/content'
    const { data } = await transport.send({ verb: 'GET', path, params: { content: 'iso' } })
    expect(data).toContainEqual(
      expect.objectContaining({ volid: 'local:iso/a.iso', size: 100_000 }),
    )
    const log = await transport.send({
      verb: 'GET',
      path: `/nodes/pve/tasks/${encodeURIComponent(String(upid))}/log`,
      params: { download: true },
      download: true,
    })
    expect(log.content?.type).toBe('text/plain')
    const chunks: Uint8Array[] = []
    for await (const chunk of log.content?.stream ?? []) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toContain('TASK OK')
    expect(log.content?.size).toBe(Buffer.concat(chunks).length)
  })

  it('refuses a seed that makes no sense', () => {
    expect(() => createSimulator({ seed: { nodes: {} } })).toThrow(SeedError)
  })
})

describe('fetch', () => {
  it('answers with a token', async () => {
    const response = await get(createSimulator(), '/version', { authorization: ciToken })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ data: { release: '9.2' } })
  })

  it('lets someone log in and go on with the ticket', async () => {
    const simulator = createSimulator()
    const url = 'https://pve1:8006/api2/json/access/ticket'
    const body = new URLSearchParams({ username: 'alice@pve', password: 'proxkit-alice' })
    const login = await simulator.fetch(new Request(url, { method: 'POST', body }))
    const { data } = Object(await login.json())
    const cookie = `PVEAuthCookie=${encodeURIComponent(data.ticket)}`
    const row = { vmid: 100, name: 'web-1' }
    const listed = await get(simulator, '/nodes/pve1/qemu', { cookie })
    expect(await listed.json()).toMatchObject({ data: [row, { vmid: 101 }] })
    const start = await simulator.fetch(
      new Request('https://pve1:8006/api2/json/nodes/pve1/qemu/100/status/stop', {
        method: 'POST',
        headers: { cookie, CSRFPreventionToken: data.CSRFPreventionToken },
      }),
    )
    expect(await start.json()).toMatchObject({
      data: expect.stringMatching(/:qmstop:100:alice@pve:$/),
    })
  })

  it('refuses who does not log in, in the words of the product', async () => {
    const simulator = createSimulator({ clock: instantClock() })
    const response = await get(simulator, '/version')
    expect([response.status, response.statusText, await response.text()]).toEqual([
      401,
      'No ticket',
      '',
    ])
  })
})

describe('transport', () => {
  it('calls as any user, from any node', async () => {
    const simulator = createSimulator()
    const transport = simulator.transport({ user: 'auditor@pve', node: 'pve2' })
    const answer = await transport.send({ verb: 'GET', path: '/nodes/localhost/qemu', params: {} })
    expect(answer).toMatchObject({ status: 200, data: [{ vmid: 102 }, { vmid: 103 }] })
    const denied = { verb: 'POST', path: '/nodes/pve1/qemu/100/status/stop', params: {} } as const
    expect(await transport.send(denied)).toEqual({
      status: 403,
      data: null,
      message: 'Permission check failed (/vms/100, VM.PowerMgmt)',
    })
    await transport.close()
  })

  it('hands out copies, never what the simulator works with', async () => {
    const call = callAs(createSimulator({ clock: manualClock() }))
    const first = await call('GET /nodes/pve1/qemu')
    Object(first)[0].name = 'changed'
    expect(await call('GET /nodes/pve1/qemu')).toMatchObject([{ name: 'web-1' }, {}, {}, {}])
  })
})

describe('listen', () => {
  it('opens ports for several nodes, one with TLS and one without', async () => {
    await using simulator = createSimulator()
    const secure = await simulator.listen()
    const plain = await simulator.listen({ http: true, node: 'pve3' })
    expect(secure.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(await readNode(secure)).toBe('pve1')
    const response = await fetch(`${plain.url}/api2/json/cluster/status`, {
      headers: { authorization: ciToken },
    })
    expect(localNode(await response.json())).toBe('pve3')
    expect(plain.fingerprint).toBeUndefined()
  })

  it('refuses a node that is not there', async () => {
    await expect(createSimulator().listen({ node: 'pve9' })).rejects.toThrow(
      "no such cluster node 'pve9'",
    )
  })
})

describe('snapshot and restore', () => {
  it('go back to what was, guests and tasks included', async () => {
    const clock = manualClock()
    const simulator = createSimulator({ clock })
    const call = callAs(simulator)
    const before = simulator.snapshot()
    await call('POST /nodes/pve1/qemu/100/status/stop')
    await clock.advance(10_000)
    await call('PUT /cluster/options', { console: 'html5' })
    expect(await call('GET /nodes/pve1/qemu/100/status/current')).toMatchObject({
      status: 'stopped',
    })
    simulator.restore(before)
    expect(await call('GET /nodes/pve1/qemu/100/status/current')).toMatchObject({
      status: 'running',
    })
    expect(await call('GET /cluster/tasks')).toEqual([])
    expect(simulator.snapshot()).toEqual(before)
  })

  it('are plain data, which another simulator takes too', async () => {
    const simulator = createSimulator({ clock: manualClock() })
    await callAs(simulator)('PUT /cluster/options', { console: 'html5' })
    const other = createSimulator({ seed: 'single', clock: manualClock() })
    other.restore(JSON.parse(JSON.stringify(simulator.snapshot())))
    expect(await callAs(other)('GET /version')).toMatchObject({ console: 'html5' })
    expect(await callAs(other)('GET /cluster/nextid')).toBe('107')
  })

  it('release the locks of the guests that were worked on', async () => {
    const clock = manualClock()
    const simulator = createSimulator({ clock })
    const call = callAs(simulator)
    const before = simulator.snapshot()
    await call('POST /nodes/pve1/lxc/200/status/shutdown')
    await clock.advance(1)
    simulator.restore(before)
    const upid = await call('POST /nodes/pve1/lxc/200/status/stop')
    await clock.advance(1000)
    expect(await call(`GET /nodes/pve1/tasks/${String(upid)}/status`)).toMatchObject({
      exitstatus: 'OK',
    })
  })
})

describe('idle and close', () => {
  it('wait for the tasks that run, and stop them', async () => {
    const simulator = createSimulator({ clock: instantClock() })
    const call = callAs(simulator)
    const first = await call('POST /nodes/pve1/qemu/100/status/stop')
    await simulator.idle()
    expect(await call(`GET /nodes/pve1/tasks/${String(first)}/status`)).toMatchObject({
      exitstatus: 'OK',
    })

    const still = createSimulator({ clock: manualClock() })
    const second = await callAs(still)('POST /nodes/pve1/qemu/100/status/stop')
    await still.close()
    expect(await callAs(still)(`GET /nodes/pve1/tasks/${String(second)}/status`)).toMatchObject({
      exitstatus: 'received interrupt',
    })
  })

  it('free the ports', async () => {
    const simulator = createSimulator()
    const { port } = await simulator.listen()
    await simulator.close()
    const again = await simulator.listen({ port })
    expect(again.port).toBe(port)
    await simulator[Symbol.asyncDispose]()
  })
})

function localNode(answer: unknown): unknown {
  return Object(answer).data.find((row: { local?: number }) => row.local === 1)?.name
}

async function readNode({ url }: { url: string }): Promise<unknown> {
  const headers = { authorization: ciToken }
  const options = { headers, rejectUnauthorized: false, agent: false }
  const sent = request(`${url}/api2/json/cluster/status`, options).end()
  const [response] = await once(sent, 'response')
  return localNode(await json(response))
}
