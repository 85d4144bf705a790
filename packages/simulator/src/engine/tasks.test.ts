import { describe, expect, it } from 'vitest'
import { instantClock, manualClock, type ManualClock } from './clock.js'
import { failed, invalidParameters } from './fault.js'
import { TaskTable, type TaskBody, type TaskRecord } from './tasks.js'

const start = Date.UTC(2026, 0, 1, 0, 0, 10)
const bootTime = start / 1000 - 100

function begin(tasks: TaskTable, body: TaskBody, { type = 'qmstart', id = '100' } = {}): string {
  return tasks.start({ node: 'pve1', type, id, user: 'root@pam!ci', bootTime }, body)
}

function table(): { clock: ManualClock; tasks: TaskTable } {
  const clock = manualClock({ start })
  return { clock, tasks: new TaskTable(clock) }
}

function record(tasks: TaskTable, upid: string): TaskRecord {
  const found = tasks.get(upid)
  if (!found) throw new Error(`no task ${upid}`)
  return found
}

describe('a task', () => {
  it('is known by what started it, where and when', () => {
    const { tasks } = table()
    const upid = begin(tasks, () => {})
    expect(upid).toBe('UPID:pve1:00000FA1:00002710:6955B90A:qmstart:100:root@pam!ci:')
    expect(record(tasks, upid)).toMatchObject({
      node: 'pve1',
      pid: 4001,
      pstart: 10_000,
      starttime: start / 1000,
      type: 'qmstart',
      id: '100',
      user: 'root@pam!ci',
    })
  })

  it('runs only after its identifier was handed out', async () => {
    const { tasks } = table()
    const seen: string[] = []
    begin(tasks, () => {
      seen.push('body')
    })
    seen.push('identifier')
    await tasks.idle()
    expect(seen).toEqual(['identifier', 'body'])
  })

  it('ends with OK, its log with TASK OK', async () => {
    const { clock, tasks } = table()
    const upid = begin(tasks, async (task) => {
      task.log('one\ntwo')
      await task.sleep(2000)
      task.log('three')
    })
    await clock.advance(1000)
    expect(tasks.isRunning(upid)).toBe(true)
    expect(record(tasks, upid)).not.toHaveProperty('exitStatus')
    await clock.advance(1000)
    expect(tasks.isRunning(upid)).toBe(false)
    expect(record(tasks, upid)).toMatchObject({
      log: ['one', 'two', 'three', 'TASK OK'],
      endtime: start / 1000 + 2,
      exitStatus: 'OK',
    })
  })

  it('counts its warnings', async () => {
    const { tasks } = table()
    const upid = begin(tasks, (task) => {
      task.warn('odd')
      task.warn('odder')
    })
    await tasks.finished(upid)
    expect(record(tasks, upid)).toMatchObject({
      log: ['WARN: odd', 'WARN: odder', 'TASK WARNINGS: 2'],
      exitStatus: 'WARNINGS: 2',
    })
  })

  it.each([
    [failed('VM 100 already running'), 'VM 100 already running'],
    [failed('first\nsecond\n'), 'first second'],
    [invalidParameters({ vmid: 'taken' }), '400 Parameter verification failed. vmid: taken'],
    [new TypeError('oops'), 'oops'],
  ])('ends with the text of an error: %s', async (error, text) => {
    const { tasks } = table()
    const upid = begin(tasks, () => {
      throw error
    })
    await tasks.finished(upid)
    expect(record(tasks, upid)).toMatchObject({ log: [`TASK ERROR: ${text}`], exitStatus: text })
  })

  it('ends with an interrupt when it is stopped', async () => {
    const { tasks } = table()
    const cleaned: string[] = []
    const upid = begin(tasks, async (task) => {
      try {
        await task.sleep(60_000)
      } finally {
        cleaned.push('disk')
      }
    })
    await tasks.stop(upid)
    await tasks.stop(upid)
    expect(cleaned).toEqual(['disk'])
    expect(record(tasks, upid)).toMatchObject({
      log: ['TASK ERROR: received interrupt'],
      exitStatus: 'received interrupt',
    })
  })

  it.each([
    ['foo bar', 'a'],
    ['type', 'a:b'],
    ['type', 'a/b'],
    ['', ''],
  ])('of type %j and id %j cannot be started', (type, id) => {
    const { tasks } = table()
    expect(() => begin(tasks, () => {}, { type, id })).toThrow(
      /^starting worker failed: unable to parse worker upid 'UPID:pve1:/,
    )
    expect([...tasks.all()]).toEqual([])
  })
})

describe('a table of tasks', () => {
  it('is idle when tasks that tasks started have ended too', async () => {
    const tasks = new TaskTable(instantClock())
    const ended: string[] = []
    begin(tasks, async (outer) => {
      await outer.sleep(10)
      begin(tasks, async (inner) => {
        await inner.sleep(10)
        ended.push('inner')
      })
      ended.push('outer')
    })
    await tasks.idle()
    expect(ended).toEqual(['outer', 'inner'])
  })

  it('forgets the oldest finished tasks, never running ones', async () => {
    const tasks = new TaskTable(manualClock())
    const first = begin(tasks, (task) => task.sleep(1))
    for (let count = 0; count < 2000; count += 1) begin(tasks, () => {})
    await new Promise(setImmediate)
    const second = begin(tasks, () => {})
    const all = [...tasks.all()].map(({ upid }) => upid)
    expect(all).toHaveLength(2000)
    expect(all[0]).toBe(first)
    expect(all.at(-1)).toBe(second)
  })

  it('goes on counting process ids behind those of a snapshot', async () => {
    const { tasks } = table()
    begin(tasks, () => {})
    await tasks.idle()
    const other = new TaskTable(manualClock({ start }))
    other.replace(tasks.toJSON())
    expect(
      record(
        other,
        begin(other, () => {}),
      ).pid,
    ).toBe(4002)
  })
})

describe('a snapshot', () => {
  it('ends tasks that ran when it was taken as vanished ones', async () => {
    const { clock, tasks } = table()
    const upid = begin(tasks, (task) => task.sleep(60_000))
    const snapshot = tasks.toJSON()
    await clock.advance(5000)
    tasks.replace(snapshot)
    expect(tasks.isRunning(upid)).toBe(false)
    expect(record(tasks, upid)).toMatchObject({
      exitStatus: 'unexpected status',
      endtime: start / 1000 + 5,
    })
  })

  it('abandons what runs when it is restored: nothing of it happens any more', async () => {
    const { clock, tasks } = table()
    const happened: string[] = []
    begin(tasks, async (task) => {
      try {
        await task.sleep(1000)
        happened.push('work')
      } finally {
        happened.push('cleaning')
      }
    })
    await clock.advance(1)
    const idle = tasks.idle()
    tasks.replace([])
    await idle
    await clock.advance(5000)
    expect(happened).toEqual([])
    expect([...tasks.all()]).toEqual([])
  })

  it('is not changed by what happens later', async () => {
    const { tasks } = table()
    const upid = begin(tasks, async (task) => {
      await task.sleep(1000)
    })
    const [taken] = tasks.toJSON()
    await tasks.stop(upid)
    expect(taken).not.toHaveProperty('exitStatus')
    expect(taken?.log).toEqual([])
  })
})
