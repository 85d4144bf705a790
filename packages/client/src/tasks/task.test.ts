import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { ApiResponse } from '@proxkit/schema'
import { clientOf, closing, SteppedClock } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { startServer } from '../../test/wire-server.js'
import { isTask, type PveClient, TaskError, TimeoutError, TransportError } from '../index.js'

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

describe('task.done', () => {
  test('asks the task’s own node until it has ended, and less often with time', async () => {
    const server = await startServer((_request, index) => ({
      body: { data: index < 12 ? running.data : ended('OK').data },
    }))
    const clock = new SteppedClock()
    expect(await clientOf(server, { clock }).task(upid).done()).toEqual({
      upid,
      node: 'pve2',
      type: 'qmstart',
      id: '100',
      user: 'root@pam!ci',
      starttime: 1_795_222_586,
      outcome: 'ok',
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
    await client.task(upid).done({ pollInterval: 200 })
    expect(clock.pauses).toEqual([200, 200, 200])
  })

  test('warnings are a success that counts them', async () => {
    const { client } = setting([ended('WARNINGS: 3')])
    expect(await client.task(upid).done()).toMatchObject({
      outcome: 'warnings',
      exitstatus: 'WARNINGS: 3',
      warnings: 3,
    })
  })

  test.each(['command failed: exit code 1', 'WARNINGS: many', 'OK but', 'received interrupt'])(
    '%s is a failure, told with the end of the log',
    async (exitstatus) => {
      const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`)
      const { client, asked } = setting(
        [...Array.from({ length: 15 }, () => running), ended(exitstatus)],
        lines,
      )
      const error = await failureOf(client.task(upid).done())
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
    expect(await failureOf(client.task(upid).done())).toMatchObject({
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
    expect(await failureOf(client.task(upid).done())).toMatchObject({ exitStatus: 'no', log: [] })
  })

  test('onLog: gives each line once, in order', async () => {
    const lines = ['a', 'b', 'c', 'd', 'e', 'TASK OK']
    const { client, asked } = setting([running, running, ended('OK')], lines)
    const seen: string[] = []
    await client.task(upid).done({ onLog: (line) => seen.push(line) })
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
    await client.task(upid).done({ onLog: (line) => seen.push(line) })
    expect(seen).toEqual(['TASK OK'])
  })

  test('lives through the moment in which the task is not known, and lost connections', async () => {
    const unreachable = { status: 595, data: null, message: 'No route to host' }
    const { client } = setting([unknown, running, lost, unreachable, running, ended('OK')])
    expect(await client.task(upid).done()).toMatchObject({ exitstatus: 'OK' })
  })

  test('gives up on a task that stays unknown for ten seconds', async () => {
    const { client, clock } = setting([unknown])
    const before = clock.now()
    expect(await failureOf(client.task(upid).done())).toMatchObject({
      status: 400,
      errors: { upid: 'no such task' },
    })
    expect(clock.now() - before).toBeGreaterThanOrEqual(10_000)
    expect(clock.now() - before).toBeLessThan(12_000)
  })

  test('other errors end the wait at once', async () => {
    const denied = { status: 403, data: null, message: 'Permission check failed' }
    const { client, asked } = setting([denied])
    expect(await failureOf(client.task(upid).done())).toMatchObject({ status: 403 })
    expect(asked).toEqual(['status'])
  })

  test('timeout: ends the wait, not the task', async () => {
    const { client, clock } = setting([running])
    const before = clock.now()
    const error = await failureOf(client.task(upid).done({ timeout: 5000 }))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({
      message: `task ${upid} has not ended within 5000 ms; it goes on`,
      timeout: 5000,
    })
    expect(clock.now() - before).toBe(5000)
  })

  test('timeout: a task that ends at the last moment has ended', async () => {
    const { client } = setting([running, ended('OK')])
    expect(await client.task(upid).done({ timeout: 50 })).toMatchObject({ exitstatus: 'OK' })
  })

  test('signal: ends the wait with its reason', async () => {
    const { client } = setting([running])
    const controller = new AbortController()
    const wait = failureOf(client.task(upid).done({ signal: controller.signal }))
    controller.abort()
    expect(await wait).toBe(controller.signal.reason)
  })

  test('timeout and pollInterval are durations', async () => {
    const { client } = setting([running])
    await expect(client.task(upid).done({ timeout: -1 })).rejects.toThrow(TypeError)
    await expect(client.task(upid).done({ pollInterval: 0 })).rejects.toThrow(TypeError)
  })

  test.each(['', 'OK', 'UPID:', 'UPID:pve 1:00003165:00066606:6B00EC3A:qmstart:100:root@pam:'])(
    "'%s' is refused as the identifier of a task",
    (text) => {
      const { client, asked } = setting([running])
      expect(() => client.task(text)).toThrow(
        new TypeError(`'${text}' is not the identifier of a task: UPID:node:…`),
      )
      expect(asked).toEqual([])
    },
  )
})

describe('task.log', () => {
  test('gives the lines as they are written, until the end, whatever that is', async () => {
    const lines = ['a', '', 'c', 'd', 'e', 'TASK ERROR: no']
    const { client } = setting([running, lost, running, ended('no')], lines)
    const seen: string[] = []
    for await (const line of client.task(upid).log()) seen.push(line)
    expect(seen).toEqual(lines)
  })

  test('asks no more once nobody listens', async () => {
    const { client, asked } = setting([running], ['a', 'b'])
    for await (const line of client.task(upid).log()) {
      expect(line).toBe('a')
      break
    }
    expect(asked).toEqual(['status', 'log 0 500'])
  })
})

describe('a node that is away', () => {
  test('is asked for two minutes', async () => {
    const { client, clock } = setting([running, lost])
    const before = clock.now()
    expect(await failureOf(client.task(upid).done())).toBe(lost)
    expect(clock.now() - before).toBeGreaterThanOrEqual(120_000)
    expect(clock.now() - before).toBeLessThan(123_000)
  })

  test('is asked as long as the time limit lets it', async () => {
    const { client, clock } = setting([running, lost])
    const before = clock.now()
    const error = await failureOf(client.task(upid).done({ timeout: 600_000 }))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(clock.now() - before).toBe(600_000)
  })

  test('is not waited for where its certificate is refused', async () => {
    const refused = new TransportError('self-signed', {
      host: 'x',
      stage: 'connect',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
    const { client, asked } = setting([refused])
    expect(await failureOf(client.task(upid).done())).toBe(refused)
    expect(asked).toEqual(['status'])
  })
})

describe('a task as a value', () => {
  test('is its UPID in templates, JSON, concatenation and by ==', () => {
    const { client } = setting([running])
    const task = client.task(upid)
    // oxlint-disable-next-line typescript/restrict-template-expressions -- what is shown
    expect(`${task}`).toBe(upid)
    expect(JSON.stringify({ task })).toBe(JSON.stringify({ task: upid }))
    expect(`task ${String(task)}`).toBe(`task ${upid}`)
    expect(task.startsWith('UPID:pve2:')).toBe(true)
    // oxlint-disable-next-line eqeqeq -- what is shown
    expect((task as unknown) == upid).toBe(true)
    expect(task.upid).toBe(upid)
    expect(inspect(task)).toBe(`Task '${upid}'`)
    expect(task).toEqual(client.task(upid))
    expect(task).not.toEqual(client.task(upid.replace('pve2', 'pve3')))
  })

  test('tells what its UPID holds', () => {
    const task = setting([running]).client.task(upid)
    const { node, type, id, user, starttime, remote } = task
    expect({ node, type, id, user, starttime, remote }).toEqual({
      node: 'pve2',
      type: 'qmstart',
      id: '100',
      user: 'root@pam!ci',
      starttime: 1_795_222_586,
      remote: undefined,
    })
  })

  test.each([
    [
      'UPID:pbs:00000267:0011E1D7:00000009:6A48CA08:verificationjob:store\\x3atest:root@pam:',
      { node: 'pbs', id: 'store:test', remote: undefined },
      '/nodes/pbs/tasks/',
    ],
    [
      'lab!UPID:pve1:0001E240:00A2F3E1:5F8B2D3C:qmstart:100:root@pam:',
      { node: 'pve1', id: '100', remote: 'lab' },
      '/pve/remotes/lab/tasks/',
    ],
    [
      'store!UPID:pbs:00000267:0011E1D7:00000009:6A48CA08:garbage_collection:x:root@pam:',
      { node: 'pbs', id: 'x', remote: 'store' },
      '/pbs/remotes/store/tasks/',
    ],
  ])('%s: is read and asked for by its own grammar', async (text, facts, path) => {
    const paths: string[] = []
    const pbs = closing({
      transport: {
        send: async (request) => {
          paths.push(`${request.verb} ${request.path}`)
          return { status: 200, data: null }
        },
        close: async () => {},
      },
    })
    const task = pbs.task(text)
    expect({ node: task.node, id: task.id, remote: task.remote }).toEqual(facts)
    await task.stop()
    expect(paths).toEqual([`DELETE ${path}${encodeURIComponent(text)}`])
  })

  test('comes from every writing call that starts one, and stands for its id in others', async () => {
    const calls: string[] = []
    const pve = closing({
      transport: {
        send: async ({ verb, path, params }) => {
          calls.push(`${verb} ${path} ${JSON.stringify(params)}`)
          return { status: 200, data: upid }
        },
        close: async () => {},
      },
    })
    const started = await pve.nodes('pve2').qemu(100).status.start.post()
    expect(isTask(started)).toBe(true)
    expect(isTask(await pve.request('DELETE', 'x'))).toBe(true)
    expect(await pve.request('GET', 'x')).toBe(upid)
    calls.length = 0
    await pve.nodes('pve2').tasks(started).status()
    await pve.request('POST', 'x', { upid: started })
    expect(calls).toEqual([
      `GET /nodes/pve2/tasks/${encodeURIComponent(upid)}/status {}`,
      `POST /x ${JSON.stringify({ upid })}`,
    ])
  })
})
