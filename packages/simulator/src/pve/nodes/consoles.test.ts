import { loadDefinition } from '@proxkit/schema'
import { beforeEach, describe, expect, it } from 'vitest'
import { callAs } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { manualClock, type ManualClock } from '../../engine/clock.js'

const secret = '00000000-0000-4000-8000-00000000000c'
let simulator: Simulator
let clock: ManualClock

beforeEach(() => {
  clock = manualClock()
  simulator = createSimulator({
    clock,
    seed: {
      cluster: 'lab',
      nodes: { pve1: {}, pve2: {} },
      users: {
        'alice@pve': {},
        'bob@pve': {},
        'root@pam': { tokens: { ci: { secret, privsep: false } } },
      },
      acl: [{ path: '/', role: 'Administrator', user: 'alice@pve' }],
    },
  })
})

function open(path: string, params = {}, user = 'root@pam'): Promise<unknown> {
  return callAs(simulator, user)(`POST ${path}`, params)
}

describe('the shell of a node', () => {
  it.each([
    ['9.2', ['cert', 'password', 'port', 'ticket', 'upid', 'user']],
    ['9.1', ['cert', 'port', 'ticket', 'upid', 'user']],
  ])('is told as version %s tells it', async (version, names) => {
    await using older = createSimulator({
      clock,
      seed: 'single',
      definition: loadDefinition({ product: 'pve', version }),
    })
    const opened = await callAs(older)('POST /nodes/pve/vncshell', { websocket: 1 })
    expect(Object.keys(Object(opened)).toSorted()).toEqual(names)
  })

  it('is opened on the node that is asked, for the one that is named', async () => {
    const [first, second, third] = [
      Object(await open('/nodes/pve1/termproxy')),
      Object(await open('/nodes/pve2/vncshell', { websocket: 1 })),
      Object(await callAs(simulator)('POST /nodes/pve2/vncshell')),
    ]
    expect([first.port, second.port, third.port]).toEqual(['5900', '5901', '5902'])
    expect(first.upid).toMatch(/^UPID:pve1:.*:vncshell::root@pam:$/)
    expect(second.upid).toMatch(/^UPID:pve1:/)
    expect(second.ticket.startsWith(`${second.password}:PVEVNC:`)).toBe(true)
    expect(third).not.toHaveProperty('password')
  })

  it('is described for a viewer of its own', async () => {
    expect(await open('/nodes/pve2/spiceshell', { proxy: 'gate.example' })).toMatchObject({
      type: 'spice',
      title: "Shell on 'pve2'",
      proxy: 'http://gate.example:3128',
      'tls-port': 61_000,
    })
  })

  it('is not opened on a node that nobody knows', async () => {
    expect(await open('/nodes/pve9/termproxy')).toMatch(/^500 hostname lookup 'pve9' failed - /)
  })

  it.each(['vncshell', 'spiceshell'])(
    'runs what root chooses, and nobody else: %s',
    async (call) => {
      const path = `/nodes/pve1/${call}`
      expect(await open(path, { cmd: 'upgrade' }, 'alice@pve')).toBe(
        '403 Permission check failed (user != root@pam)',
      )
      expect(await open(path, { cmd: 'upgrade' })).toMatchObject({})
      expect(await open(path, { cmd: 'login' }, 'alice@pve')).toMatchObject({})
      expect(await open(path, {}, 'root@pam!ci')).toBe(
        "500 value 'root@pam!ci' does not look like a valid user name",
      )
    },
  )

  it('asks for the right to it', async () => {
    for (const call of ['vncshell', 'termproxy', 'spiceshell']) {
      expect(await open(`/nodes/pve1/${call}`, {}, 'bob@pve')).toBe(
        '403 Permission check failed (/nodes/pve1, Sys.Console)',
      )
    }
  })

  it.each([
    [{}, '/bin/login -f root'],
    [{ cmd: 'upgrade' }, '/usr/bin/pveupgrade --shell'],
    [
      { cmd: 'ceph_install', 'cmd-opts': '--version\0squid' },
      '/usr/bin/pveceph install --version squid',
    ],
  ])('tells what would have run: %j', async (params, command) => {
    const { upid } = Object(await open('/nodes/pve1/termproxy', params))
    await clock.advance(10_000)
    const task = simulator.snapshot().tasks.find((record) => record.upid === upid)
    expect(task?.exitStatus).toContain(` -- ${command}' failed: exit code 1`)
  })
})
