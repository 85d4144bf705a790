import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callAs } from '../../test/api-caller.js'
import { authorization, controlSeed } from '../../test/control-seed.js'
import { exchange } from '../../test/raw-http.js'
import {
  createSimulator,
  instantClock,
  parseFaults,
  type FaultRule,
  type Listener,
  type Simulator,
} from '../index.js'

let simulator: Simulator
let listener: Listener

beforeEach(async () => {
  simulator = createSimulator({ seed: controlSeed, clock: instantClock() })
  listener = await simulator.listen({ http: true })
})

afterEach(() => simulator.close())

const root = (): ReturnType<typeof callAs> => callAs(simulator)

async function get(path: string): Promise<string> {
  return exchange(listener, `GET /api2/json${path} HTTP/1.1\r\n${authorization}\r\n\r\n`)
}

async function hitsOf(randomSeed: number): Promise<boolean[]> {
  const faults = [{ probability: 0.5, effect: { status: 500 } }]
  const call = callAs(
    createSimulator({ seed: controlSeed, clock: instantClock(), randomSeed, faults }),
  )
  const answers: boolean[] = []
  for (let i = 0; i < 40; i += 1)
    answers.push((await call('GET /version')) === '500 internal error')
  return answers
}

async function outcome(call: Promise<unknown>): Promise<unknown> {
  const upid = String(await call)
  await simulator.idle()
  return Object(await root()(`GET /nodes/pve2/tasks/${upid}/status`)).exitstatus
}

describe('a fault', () => {
  it('of a status hits the calls that it is about, as often as it says', async () => {
    simulator.faults.add({
      operation: 'GET /nodes/*/qemu',
      times: 2,
      effect: { status: 500, message: 'got timeout' },
    })
    expect(await root()('GET /nodes/pve1/qemu')).toBe('500 got timeout')
    expect(await root()('GET /nodes/pve1/lxc')).toEqual([])
    expect(await root()('GET /nodes/pve2/qemu')).toBe('500 got timeout')
    expect(await root()('GET /nodes/pve2/qemu')).toMatchObject([{ vmid: 101 }])
    expect(simulator.faults.list()).toMatchObject([{ id: '1', seen: 3, hits: 2 }])
  })

  it.each<[FaultRule, string, boolean]>([
    [{ node: 'pve2', effect: { status: 500 } }, '/nodes/pve2/status', true],
    [{ node: 'pve2', effect: { status: 500 } }, '/nodes/pve1/status', false],
    [{ guest: 100, effect: { status: 500 } }, '/nodes/pve1/qemu/100/config', true],
    [{ guest: 100, effect: { status: 500 } }, '/nodes/pve2/qemu/101/config', false],
    [{ user: 'root@pam', effect: { status: 500 } }, '/version', true],
    [{ user: 'joe@pve', effect: { status: 500 } }, '/version', false],
    [{ operation: '/nodes/**', effect: { status: 500 } }, '/nodes/pve1/qemu/100/config', true],
    [{ operation: '/nodes/*', effect: { status: 500 } }, '/nodes/pve1/qemu', false],
    [
      { operation: 'GET /nodes/{node}/qemu/{vmid}/config', effect: { status: 500 } },
      '/nodes/pve1/qemu/100/config',
      true,
    ],
    [{ operation: 'POST /version', effect: { status: 500 } }, '/version', false],
    [{ skip: 1, effect: { status: 500 } }, '/version', false],
    [{ probability: 0, effect: { status: 500 } }, '/version', false],
  ])('%j is about %s: %s', async (rule, path, hit) => {
    simulator.faults.add(rule)
    const answer = await root()(`GET ${path}`)
    expect(answer === '500 internal error').toBe(hit)
  })

  it('with a probability repeats with the same seed', async () => {
    const first = await hitsOf(7)
    expect(await hitsOf(7)).toEqual(first)
    expect(await hitsOf(8)).not.toEqual(first)
    expect(new Set(first)).toEqual(new Set([true, false]))
  })

  it('with a probability repeats after a reset', async () => {
    const rule: FaultRule = { probability: 0.5, effect: { status: 500 } }
    const run = async (): Promise<unknown[]> => {
      simulator.reset()
      simulator.faults.add(rule)
      return Promise.all(Array.from({ length: 20 }, () => root()('GET /version')))
    }
    expect(await run()).toEqual(await run())
  })

  it('of latency takes simulated time', async () => {
    simulator.faults.add({ effect: { latency: 60_000 } })
    const before = simulator.clock.now()
    await root()('GET /version')
    expect(simulator.clock.now() - before).toBeGreaterThanOrEqual(60_000)
  })

  it.each([
    [401, 'HTTP/1.1 401 authentication failure'],
    [595, 'HTTP/1.1 595 No route to host'],
    [596, 'HTTP/1.1 596 Connection timed out'],
    [599, 'HTTP/1.1 599 Too many redirections'],
  ])('of status %i is a status line alone', async (status, line) => {
    simulator.faults.add({ effect: { status } })
    const answer = await get('/version')
    expect(answer.split('\r\n')[0]).toBe(line)
    expect(answer.split('\r\n\r\n')[1]).toBe('')
  })

  it('of the agent makes every call to it fail after three seconds', async () => {
    simulator.faults.add({ guest: 100, effect: { agent: 'silent' } })
    expect(await root()('POST /nodes/pve1/qemu/100/agent/ping')).toBe(
      '500 QEMU guest agent is not running',
    )
    expect(await root()('GET /nodes/pve1/qemu/100/config')).toMatchObject({ agent: '1' })
  })

  it('of the connection drops it before anything is done', async () => {
    simulator.faults.add({ effect: { connection: 'drop' } })
    expect(await get('/version')).toBe('')
    await expect(root()('DELETE /nodes/pve2/qemu/101')).rejects.toThrow('socket hang up')
    simulator.faults.clear()
    expect(await root()('GET /nodes/pve2/qemu')).toMatchObject([{ vmid: 101 }])
  })

  it('of the connection may come when all is done', async () => {
    simulator.faults.add({ operation: 'POST /**', effect: { connection: 'drop', executed: true } })
    await expect(root()('POST /pools', { poolid: 'made' })).rejects.toThrow('socket hang up')
    expect(await root()('GET /pools')).toMatchObject([{ poolid: 'made' }])
  })

  it.each([true, false])('of the connection resets it, with plain HTTP: %s', async (http) => {
    simulator.faults.add({ effect: { connection: 'reset' } })
    const { url } = await simulator.listen({ http })
    const headers = { authorization: authorization.replace('Authorization: ', '') }
    const { request } = http ? await import('node:http') : await import('node:https')
    const sent = request(`${url}/api2/json/version`, { headers, rejectUnauthorized: false })
    sent.end()
    await expect(once(sent, 'response')).rejects.toMatchObject({
      code: 'ECONNRESET',
      syscall: 'read',
    })
  })

  it('of the connection ends an answer in its body', async () => {
    const whole = await get('/version')
    simulator.faults.add({ effect: { connection: 'truncate' } })
    const [head = '', body = ''] = (await get('/version')).split('\r\n\r\n')
    const [wholeHead = '', wholeBody = ''] = whole.split('\r\n\r\n')
    const length = /Content-Length: \d+/
    expect(length.exec(head)?.[0]).toBe(length.exec(wholeHead)?.[0])
    expect(body).toBe(wholeBody.slice(0, Math.floor(wholeBody.length / 2)))
  })
})

describe('a fault of a task', () => {
  it('makes it fail late with nothing done', async () => {
    simulator.faults.add({
      task: 'qmstart',
      guest: 101,
      effect: { fail: 'start failed: QEMU exited with code 1', after: 5000 },
    })
    const before = simulator.clock.now()
    expect(await outcome(root()('POST /nodes/pve2/qemu/101/status/start'))).toBe(
      'start failed: QEMU exited with code 1',
    )
    expect(simulator.clock.now() - before).toBeGreaterThanOrEqual(5000)
    expect(await root()('GET /nodes/pve2/qemu/101/status/current')).toMatchObject({
      status: 'stopped',
    })
  })

  it('lets it end with a warning', async () => {
    simulator.faults.add({ task: '*', effect: { warn: 'clock is slow' } })
    expect(await outcome(root()('POST /nodes/pve2/qemu/101/status/start'))).toBe('WARNINGS: 1')
    expect(await root()('GET /nodes/pve2/qemu/101/status/current')).toMatchObject({
      status: 'running',
    })
  })

  it('lets it hang until someone stops it', async () => {
    simulator.faults.add({ task: 'qmstart', effect: { hang: true } })
    const upid = String(await root()('POST /nodes/pve2/qemu/101/status/start'))
    expect(await root()(`GET /nodes/pve2/tasks/${upid}/status`)).toMatchObject({
      status: 'running',
    })
    await root()(`DELETE /nodes/pve2/tasks/${upid}`)
    await simulator.idle()
    expect(await root()(`GET /nodes/pve2/tasks/${upid}/status`)).toMatchObject({
      exitstatus: 'received interrupt',
    })
  })
})

it.each([
  [{}, 'fault.effect: is missing'],
  [{ effect: {} }, 'fault.effect: {} has no effect: use one of latency, status, connection, agent'],
  [{ effect: { status: 200 } }, 'fault.effect.status: 200 is not a status of HTTP: use 400 to 599'],
  [
    { operation: 'PATCH /x', effect: { latency: 1 } },
    'fault.operation: "PATCH /x" is not an operation such as GET /nodes/*/qemu',
  ],
  [
    { task: 'qmstart', effect: { latency: 1 } },
    'fault.effect: {"latency":1} has no effect: use one of hang, fail, warn',
  ],
  [
    { probability: 2, effect: { latency: 1 } },
    'fault.probability: 2 is not a probability: use 0 to 1',
  ],
])('a rule that makes no sense is refused: %j', (rule, error) => {
  expect(() => parseFaults(JSON.stringify([rule]), { file: 'faults.json' })).toThrow(
    `faults.json: ${error.replace('fault', 'faults[0]')}`,
  )
})
