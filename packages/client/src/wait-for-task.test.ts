import { describe, expect, test } from 'vitest'
import type { ApiResponse } from '@proxkit/schema'
import { clientOf, closing, SteppedClock } from '../test/clients.js'
import { failureOf } from '../test/failure-of.js'
import { startServer } from '../test/wire-server.js'
import { type PveClient, TaskError, TimeoutError, TransportError } from './index.js'

const upid = 'UPID:pve2:00003165:00066606:6B00EC3A:qmstart:100:root@pam!ci:'
const status = `/nodes/pve2/tasks/${encodeURIComponent(upid)}/status`

const facts = {
  upid,
  node: 'pve2',
  pid: 12_645,
  starttime: 1_795_222_586,
  type: 'qmstart',
  id: '100',
  user: 'root@pam',
}
const running: ApiResponse = { status: 200, data: { ...facts, status: 'running' } }
const ended = (exitstatus?: string): ApiResponse => ({
  status: 200,
  data: { ...facts, status: 'stopped', ...(exitstatus !== undefined && { exitstatus }) },
})
const unknown: ApiResponse = {
  status: 400,
  data: null,
  message: 'Parameter verification failed.',
  errors: { upid: 'no such task' },
}
const lost = new TransportError('gone', { host: 'x', stage: 'connect' })

interface Setting {
  readonly client: PveClient
  readonly clock: SteppedClock
  /** Paths that were asked for, with the log's parameters. */
  readonly asked: string[]
}

/** A client whose task status goes through the given answers and stays at the last. */
const setting = (
  answers: readonly (ApiResponse | Error)[],
  log: readonly string[] = [],
): Setting => {
  const clock = new SteppedClock()
  const asked: string[] = []
  let looks = 0
  const send = async (request: { path: string; params: object }): Promise<ApiResponse> => {
    if (request.path === status) {
      const answer = answers[Math.min(looks, answers.length - 1)]
      looks += 1
      asked.push('status')
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer')
      return answer
    }
    const { start, limit } = { start: 0, limit: 50, ...request.params }
    asked.push(`log ${start} ${limit}`)
    const visible = log.slice(0, looks * 2)
    return {
      status: 200,
      data: visible.slice(start, start + limit).map((t, index) => ({ n: start + index + 1, t })),
      total: visible.length,
    }
  }
  return { client: closing({ clock, transport: { send, close: async () => {} } }), clock, asked }
}

describe('waitForTask', () => {
  test('asks the task’s own node until it has ended, and less often with time', async () => {
    const server = await startServer((_request, index) => ({
      body: { data: index < 12 ? running.data : ended('OK').data },
    }))
    const clock = new SteppedClock()
    expect(await clientOf(server, { clock }).waitForTask(upid)).toEqual({
      ...facts,
      status: 'stopped',
      exitstatus: 'OK',
      warnings: 0,
    })
    expect(server.requests.map(({ method, target }) => `${method} ${target}`)).toEqual(
      Array.from({ length: 13 }, () => `GET /api2/json${status}`),
    )
    expect(clock.pauses.map(Math.round)).toEqual([
      50, 75, 113, 169, 253, 380, 570, 854, 1000, 1000, 1000, 1000,
    ])
  })

  test('pollInterval: keeps the looks apart by as much', async () => {
    const { client, clock } = setting([running, running, running, ended('OK')])
    await client.waitForTask(upid, { pollInterval: 200 })
    expect(clock.pauses).toEqual([200, 200, 200])
  })

  test('warnings are a success that counts them', async () => {
    const { client } = setting([ended('WARNINGS: 3')])
    expect(await client.waitForTask(upid)).toMatchObject({ exitstatus: 'WARNINGS: 3', warnings: 3 })
  })

  test.each(['command failed: exit code 1', 'WARNINGS: many', 'OK but', 'received interrupt'])(
    '%s is a failure, told with the end of the log',
    async (exitstatus) => {
      const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`)
      const { client, asked } = setting(
        [...Array.from({ length: 15 }, () => running), ended(exitstatus)],
        lines,
      )
      const error = await failureOf(client.waitForTask(upid))
      expect(error).toBeInstanceOf(TaskError)
      expect(error).toMatchObject({
        name: 'TaskError',
        message: `task ${upid} failed: ${exitstatus}`,
        upid,
        exitStatus: exitstatus,
        log: lines.slice(-10),
      })
      expect(asked.slice(-2)).toEqual(['log 0 10', 'log 20 10'])
    },
  )

  test('a task that ended without a word failed', async () => {
    const { client } = setting([ended()], ['only', 'two'])
    expect(await failureOf(client.waitForTask(upid))).toMatchObject({
      exitStatus: 'unexpected status',
      log: ['only', 'two'],
    })
  })

  test('a failure is told even if the log cannot be read', async () => {
    const client = closing({
      transport: {
        send: async ({ path }) => (path === status ? ended('no') : { status: 403, data: null }),
        close: async () => {},
      },
    })
    expect(await failureOf(client.waitForTask(upid))).toMatchObject({ exitStatus: 'no', log: [] })
  })

  test('onLog: gives each line once, in order', async () => {
    const lines = ['a', 'b', 'c', 'd', 'e', 'TASK OK']
    const { client, asked } = setting([running, running, ended('OK')], lines)
    const seen: string[] = []
    await client.waitForTask(upid, { onLog: (line) => seen.push(line) })
    expect(seen).toEqual(lines)
    expect(asked).toEqual(['status', 'log 0 500', 'status', 'log 2 500', 'status', 'log 4 500'])
  })

  test('onLog: an empty log is not taken for its stand-in line', async () => {
    let looks = 0
    const client = closing({
      clock: new SteppedClock(),
      transport: {
        send: async ({ path }) => {
          if (path === status) {
            looks += 1
            return looks < 3 ? running : ended('OK')
          }
          const text = looks < 3 ? 'no content' : 'TASK OK'
          return { status: 200, data: [{ n: 1, t: text }], total: 1 }
        },
        close: async () => {},
      },
    })
    const seen: string[] = []
    await client.waitForTask(upid, { onLog: (line) => seen.push(line) })
    expect(seen).toEqual(['TASK OK'])
  })

  test('lives through the moment in which the task is not known, and lost connections', async () => {
    const unreachable = { status: 595, data: null, message: 'No route to host' }
    const { client } = setting([unknown, running, lost, unreachable, running, ended('OK')])
    expect(await client.waitForTask(upid)).toMatchObject({ exitstatus: 'OK' })
  })

  test('gives up on a task that stays unknown for ten seconds', async () => {
    const { client, clock } = setting([unknown])
    const before = clock.now()
    expect(await failureOf(client.waitForTask(upid))).toMatchObject({
      status: 400,
      errors: { upid: 'no such task' },
    })
    expect(clock.now() - before).toBeGreaterThanOrEqual(10_000)
    expect(clock.now() - before).toBeLessThan(12_000)
  })

  test('other errors end the wait at once', async () => {
    const denied = { status: 403, data: null, message: 'Permission check failed' }
    const { client, asked } = setting([denied])
    expect(await failureOf(client.waitForTask(upid))).toMatchObject({ status: 403 })
    expect(asked).toEqual(['status'])
  })

  test('timeout: ends the wait, not the task', async () => {
    const { client, clock } = setting([running])
    const before = clock.now()
    const error = await failureOf(client.waitForTask(upid, { timeout: 5000 }))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({
      message: `task ${upid} has not ended within 5000 ms; it goes on`,
      timeout: 5000,
    })
    expect(clock.now() - before).toBe(5000)
  })

  test('timeout: a task that ends at the last moment has ended', async () => {
    const { client } = setting([running, ended('OK')])
    expect(await client.waitForTask(upid, { timeout: 50 })).toMatchObject({ exitstatus: 'OK' })
  })

  test('signal: ends the wait with its reason', async () => {
    const { client } = setting([running])
    const controller = new AbortController()
    const wait = failureOf(client.waitForTask(upid, { signal: controller.signal }))
    controller.abort()
    expect(await wait).toBe(controller.signal.reason)
  })

  test('timeout and pollInterval are durations', async () => {
    const { client } = setting([running])
    await expect(client.waitForTask(upid, { timeout: -1 })).rejects.toThrow(TypeError)
    await expect(client.waitForTask(upid, { pollInterval: 0 })).rejects.toThrow(TypeError)
  })

  test.each(['', 'OK', 'UPID:', 'UPID:pve 1:00003165:00066606:6B00EC3A:qmstart:100:root@pam:'])(
    "'%s' is refused as the identifier of a task",
    async (text) => {
      const { client, asked } = setting([running])
      await expect(client.waitForTask(text)).rejects.toThrow(
        new TypeError(`'${text}' is not the identifier of a task: UPID:node:…`),
      )
      expect(asked).toEqual([])
    },
  )
})
