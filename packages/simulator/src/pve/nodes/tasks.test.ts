import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { instantClock, manualClock, type ManualClock } from '../../engine/clock.js'

const start = Date.UTC(2026, 0, 15) / 1000
const lookers = [
  { path: '/vms', role: 'PVEVMAdmin', user: 'alice@pve' },
  { path: '/vms', role: 'PVEVMAdmin', token: 'alice@pve!ab' },
  { path: '/', role: 'PVEAuditor', user: 'auditor@pve' },
]
let clock: ManualClock
let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  clock = manualClock({ start: start * 1000 })
  simulator = createSimulator({
    clock,
    seed: {
      cluster: 'two',
      nodes: { pve1: {}, pve2: {} },
      users: {
        'alice@pve': { tokens: { ab: { secret: '00000000-0000-4000-8000-00000000000a' } } },
        'auditor@pve': {},
        'nobody@pve': {},
      },
      acl: lookers,
      guests: [100, 101, 102].map((vmid) => ({
        vmid,
        type: 'lxc',
        node: 'pve1',
        config: { hostname: `ct${vmid}`, ...(vmid === 102 && { template: 1 }) },
      })),
    },
  })
  root = callAs(simulator)
})

async function startGuest(vmid: number, user = 'root@pam'): Promise<string> {
  const upid = await callAs(simulator, user)(`POST /nodes/pve1/lxc/${vmid}/status/start`)
  await clock.advance(1000)
  return String(upid)
}

/** The ids of the guests of listed tasks. */
async function listed(query = '', user = 'root@pam'): Promise<unknown> {
  const params = Object.fromEntries(new URLSearchParams(query))
  const rows = await callAs(simulator, user)('GET /nodes/pve1/tasks', params)
  return Array.isArray(rows) ? rows.map(({ id }) => id) : rows
}

describe('the status of a task', () => {
  it('tells of its end at the first look where nobody waits', async () => {
    await using instant = createSimulator({ seed: 'lab', clock: instantClock() })
    const caller = callAs(instant)
    const upid = await caller('POST /nodes/pve1/qemu', { vmid: 900, scsi0: 'local-lvm:1' })
    expect(
      await caller(`GET /nodes/pve1/tasks/${encodeURIComponent(String(upid))}/status`),
    ).toMatchObject({ status: 'stopped', exitstatus: 'OK' })
  })

  it('says who started it and how it ended', async () => {
    const upid = await startGuest(100, 'alice@pve!ab')
    expect(await root(`GET /nodes/pve1/tasks/${encodeURIComponent(upid)}/status`)).toEqual({
      upid,
      node: 'pve1',
      pid: 4001,
      pstart: 86_400_000,
      starttime: start,
      type: 'vzstart',
      id: '100',
      user: 'alice@pve',
      tokenid: 'ab',
      status: 'stopped',
      exitstatus: 'OK',
    })
  })

  it('has no exit status while the task runs', async () => {
    const upid = String(await root('POST /nodes/pve1/lxc/100/status/start'))
    const status = await root(`GET /nodes/pve1/tasks/${upid}/status`)
    expect(status).toMatchObject({ status: 'running' })
    expect(status).not.toHaveProperty('exitstatus')
    expect(status).not.toHaveProperty('tokenid')
  })

  it.each([
    ['foo', 'unable to parse worker upid'],
    ['UPID:pve1:00001234:00005678:6B00DEFC:qmstart:100:root@pam:', 'no such task'],
  ])('of %s is refused', async (upid, upidError) => {
    const refusal = { status: 400, errors: { upid: upidError } }
    expect(await root(`GET /nodes/pve1/tasks/${upid}/status`)).toEqual(refusal)
    expect(await root(`DELETE /nodes/pve1/tasks/${upid}`)).toEqual(refusal)
  })

  it('is known to the node that the task ran on only', async () => {
    const upid = await startGuest(100)
    expect(await root(`GET /nodes/pve2/tasks/${upid}/status`)).toEqual({
      status: 400,
      errors: { upid: 'no such task' },
    })
  })

  it.each([
    ['alice@pve', true],
    ['alice@pve!ab', true],
    ['auditor@pve', true],
    ['nobody@pve', false],
  ])('of a task of alice@pve!ab is shown to %s: %s', async (user, isShown) => {
    const upid = await startGuest(100, 'alice@pve!ab')
    for (const part of ['status', 'log']) {
      const answer = await callAs(simulator, user)(`GET /nodes/pve1/tasks/${upid}/${part}`)
      if (isShown) expect(answer).toBeTypeOf('object')
      else expect(answer).toBe('403 Permission check failed (/nodes/pve1, Sys.Audit)')
    }
  })

  it('of a task of alice@pve is not shown to her token', async () => {
    const upid = await startGuest(100, 'alice@pve')
    expect(await callAs(simulator, 'alice@pve!ab')(`GET /nodes/pve1/tasks/${upid}/status`)).toBe(
      '403 Permission check failed (/nodes/pve1, Sys.Audit)',
    )
  })
})

describe('the log of a task', () => {
  it('is numbered from 1 and paged, with the number of all lines', async () => {
    const upid = await startGuest(102)
    const transport = simulator.transport()
    const path = `/nodes/pve1/tasks/${upid}/log`
    const lines = [{ n: 1, t: "TASK ERROR: you can't start a CT if it's a template" }]
    expect(await transport.send({ verb: 'GET', path, params: {} })).toEqual({
      status: 200,
      data: lines,
      total: 1,
    })
    expect(await root(`GET ${path}`, { limit: 0 })).toEqual(lines)
    expect(await root(`GET ${path}`, { start: 1 })).toEqual([])
  })

  it('that is still empty says so', async () => {
    const upid = String(await root('POST /nodes/pve1/lxc/100/status/start'))
    expect(await root(`GET /nodes/pve1/tasks/${upid}/log`)).toEqual([{ n: 1, t: 'no content' }])
  })

  it('of an unknown task is one line', async () => {
    const upid = 'UPID:pve1:00001234:00005678:6B00DEFC:qmstart:100:root@pam:'
    expect(await root(`GET /nodes/pve1/tasks/${upid}/log`)).toEqual([
      { n: 1, t: 'unable to open file - No such file or directory' },
    ])
  })

  it('can be downloaded as a file', async () => {
    const upid = await startGuest(100)
    const path = `/nodes/pve1/tasks/${upid}/log`
    expect(await root(`GET ${path}`, { download: 1 })).toBe('TASK OK\n')
    expect(await root(`GET ${path}`, { download: 1, start: 0 })).toBe(
      "500 'download' cannot be used together with 'start' or 'limit' parameters",
    )
  })
})

describe('a running task', () => {
  it('can be stopped by its owner and by those who may change the node', async () => {
    const upid = String(
      await callAs(simulator, 'alice@pve')('POST /nodes/pve1/lxc/100/status/start'),
    )
    const stop = `DELETE /nodes/pve1/tasks/${upid}` as const
    expect(await callAs(simulator, 'auditor@pve')(stop)).toBe(
      '403 Permission check failed (/nodes/pve1, Sys.Modify)',
    )
    expect(await callAs(simulator, 'alice@pve')(stop)).toBeNull()
    expect(await root(stop)).toBeNull()
    expect(await root(`GET /nodes/pve1/tasks/${upid}/status`)).toMatchObject({
      status: 'stopped',
      exitstatus: 'received interrupt',
    })
  })
})

describe('the list of tasks', () => {
  beforeEach(async () => {
    await startGuest(100)
    await startGuest(101, 'alice@pve!ab')
    await startGuest(102)
  })

  it('has the last one first', async () => {
    const [last] = await rows()
    expect(last).toEqual({
      upid: 'UPID:pve1:00000FA3:05265CC8:69682E02:vzstart:102:root@pam:',
      node: 'pve1',
      pid: 4003,
      pstart: 86_400_200,
      starttime: start + 2,
      endtime: start + 2,
      type: 'vzstart',
      id: '102',
      user: 'root@pam',
      status: "you can't start a CT if it's a template",
    })
    expect(await listed()).toEqual(['102', '101', '100'])
  })

  it.each([
    ['limit=1', ['102']],
    ['start=1&limit=1', ['101']],
    ['limit=0', []],
    ['errors=1', ['102']],
    ['statusfilter=ok', ['101', '100']],
    ['statusfilter=ERROR,warning', ['102']],
    ['statusfilter=ok&errors=1', ['102']],
    ['userfilter=ALICE', ['101']],
    ['typefilter=vzstart&vmid=100', ['100']],
    ['typefilter=vz', []],
    [`since=${start + 1}`, ['102', '101']],
    [`until=${start + 1}`, ['101', '100']],
    ['source=active', []],
  ])('with %s', async (query, ids) => {
    expect(await listed(query)).toEqual(ids)
  })

  it('counts all that fit, not only those on the page', async () => {
    const params = { limit: 1 }
    const answer = await simulator
      .transport()
      .send({ verb: 'GET', path: '/nodes/pve1/tasks', params })
    expect(answer.total).toBe(3)
  })

  it('shows running ones on demand, with the token still in the name of the user', async () => {
    await callAs(simulator, 'alice@pve!ab')('POST /nodes/pve1/lxc/100/status/stop')
    expect(await listed()).toEqual(['102', '101', '100'])
    expect(await listed('source=all')).toEqual(['100', '102', '101', '100'])
    expect(await root('GET /nodes/pve1/tasks', { source: 'active' })).toEqual([
      expect.objectContaining({ user: 'alice@pve!ab', status: 'RUNNING', saved: '0' }),
    ])
  })

  it.each([
    ['auditor@pve', ['102', '101', '100']],
    ['alice@pve', ['101']],
    ['alice@pve!ab', ['101']],
    ['nobody@pve', []],
  ])('shows %s what is his or may be audited', async (user, ids) => {
    expect(await listed('', user)).toEqual(ids)
  })
})

describe('the tasks of the cluster', () => {
  it('are the running ones and the last of each node', async () => {
    await startGuest(100)
    const upid = await root('POST /nodes/pve1/lxc/101/status/start')
    expect(await root('GET /cluster/tasks')).toEqual([
      {
        upid,
        node: 'pve1',
        pid: 4002,
        starttime: start + 1,
        type: 'vzstart',
        id: '101',
        user: 'root@pam',
      },
      expect.objectContaining({ id: '100', endtime: start, status: 'OK', saved: '1' }),
    ])
  })

  it('are hidden from a token, even its own', async () => {
    await startGuest(100, 'alice@pve!ab')
    expect(await callAs(simulator, 'alice@pve!ab')('GET /cluster/tasks')).toEqual([])
    expect(await callAs(simulator, 'alice@pve')('GET /cluster/tasks')).toMatchObject([
      { user: 'alice@pve', tokenid: 'ab' },
    ])
    expect(await callAs(simulator, 'nobody@pve')('GET /cluster/tasks')).toEqual([])
  })

  it('leave their marks in the log of the cluster', async () => {
    const upid = await startGuest(102)
    expect(await root('GET /cluster/log')).toMatchObject([
      { pri: 3, msg: `end task ${upid} you can't start a CT if it's a template` },
      { pri: 6, msg: `starting task ${upid}`, node: 'pve1', user: 'root@pam' },
    ])
    expect(await callAs(simulator, 'nobody@pve')('GET /cluster/log')).toEqual([])
  })
})

async function rows(): Promise<readonly unknown[]> {
  const answer = await root('GET /nodes/pve1/tasks')
  return Array.isArray(answer) ? answer : []
}
