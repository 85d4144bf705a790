import { describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { vmLab } from '../../../test/vm-lab.js'
import { createSimulator } from '../../create-simulator.js'
import { manualClock } from '../../engine/clock.js'
import type { GuestBehaviour } from './behaviour.js'

const path = '/nodes/pve1/qemu/100'
const notRunning = '500 QEMU guest agent is not running'

function guest(behaviour: GuestBehaviour): Parameters<typeof vmLab>[0] {
  const scsi0 = 'local:100/vm-100-disk-0.qcow2,size=1G'
  return {
    guests: [
      { vmid: 100, node: 'pve1', running: true, config: { agent: 1, scsi0 }, behaviour },
      {
        vmid: 200,
        type: 'lxc',
        node: 'pve1',
        running: true,
        config: { rootfs: 'local-lvm:vm-200-disk-0,size=1G' },
        behaviour,
      },
    ],
  }
}

async function outcome(root: ApiCaller, command: readonly string[]): Promise<unknown> {
  const { pid } = Object(await root(`POST ${path}/agent/exec`, { command }))
  return root(`GET ${path}/agent/exec-status`, { pid })
}

describe('a scripted agent', () => {
  it('answers from a while after each start on', async () => {
    const clock = manualClock()
    const { guests = [] } = guest({ agentAfter: 20 }) ?? {}
    await using simulator = createSimulator({
      clock,
      seed: { nodes: { pve1: {} }, guests: guests.slice(0, 1) },
    })
    const root = callAs(simulator)
    const ping = (): Promise<unknown> => root(`POST ${path}/agent/ping`)
    expect(await ping()).toEqual({ result: {} })
    void root(`POST ${path}/status/reset`)
    await clock.advance(1000)
    await simulator.idle()
    expect(await ping()).toBe(notRunning)
    await clock.advance(18_000)
    expect(await ping()).toBe(notRunning)
    await clock.advance(2000)
    expect(await ping()).toEqual({ result: {} })
  })

  it('that never answers is missed by what would like its help', async () => {
    const { root, task } = vmLab(guest({ agentAfter: 'never' }))
    expect(await root(`GET ${path}/agent/get-osinfo`)).toBe(notRunning)
    expect(await task(`POST ${path}/snapshot`, { snapname: 'one' })).toMatchObject({
      log: expect.arrayContaining([
        'skipping guest filesystem freeze - agent configured but not running?',
      ]),
    })
    expect(await task(`POST ${path}/status/shutdown`)).toEqual({
      type: 'qmshutdown',
      status: 'OK',
      log: [
        "QEMU Guest Agent is not running - VM 100 qga command 'guest-ping' failed - got timeout",
      ],
    })
  })

  it('answers what the script says', async () => {
    const { root } = vmLab(guest({ agent: { 'get-host-name': { 'host-name': 'scripted' } } }))
    expect(await root(`GET ${path}/agent/get-host-name`)).toEqual({
      result: { 'host-name': 'scripted' },
    })
  })

  it('starts scripted programs, by their whole command line and in a shell', async () => {
    const { root } = vmLab(
      guest({
        exec: {
          'apt-get -y upgrade': { out: 'Reading lists\n', err: 'E: locked\n', exitCode: 100 },
          'cloud-init status': 'status: done\n',
          make: { seconds: 60 },
        },
        files: { '/etc/motd': 'welcome\n' },
      }),
    )
    expect(await outcome(root, ['apt-get', '-y', 'upgrade'])).toEqual({
      exited: 1,
      exitcode: 100,
      'out-data': 'Reading lists\n',
      'err-data': 'E: locked\n',
    })
    expect(await outcome(root, ['sh', '-c', 'cloud-init status'])).toEqual({
      exited: 1,
      exitcode: 0,
      'out-data': 'status: done\n',
    })
    expect(await outcome(root, ['make'])).toEqual({ exited: 0 })
    expect(await outcome(root, ['cat', '/etc/motd'])).toMatchObject({ 'out-data': 'welcome\n' })
    expect(await root(`GET ${path}/agent/file-read`, { file: '/etc/motd' })).toEqual({
      content: 'welcome\n',
      'bytes-read': 8,
    })
  })
})

describe('a scripted guest', () => {
  it('that does not heed its power button is ended by force or not at all', async () => {
    const { task } = vmLab(guest({ shutdownAfter: 'never' }))
    expect(await task(`POST ${path}/status/shutdown`, { timeout: 2 })).toMatchObject({
      status: 'VM quit/powerdown failed - got timeout',
    })
    expect(await task(`POST ${path}/status/shutdown`, { timeout: 2, forceStop: 1 })).toEqual({
      type: 'qmshutdown',
      status: 'OK',
      log: ['VM still running - terminating now with SIGTERM'],
    })
    const container = '/nodes/pve1/lxc/200/status'
    expect(await task(`POST ${container}/shutdown`, { timeout: 2 })).toMatchObject({
      status: 'container did not stop',
    })
    expect(await task(`POST ${container}/shutdown`, { timeout: 2, forceStop: 1 })).toMatchObject({
      status: 'OK',
    })
  })

  it('may not start', async () => {
    const { task } = vmLab(guest({ startFailure: 'kvm: -device foo: not a valid device\n' }))
    await task(`POST ${path}/status/stop`)
    expect(await task(`POST ${path}/status/start`)).toEqual({
      type: 'qmstart',
      status: 'start failed: QEMU exited with code 1',
      log: ['kvm: -device foo: not a valid device'],
    })
    await task('POST /nodes/pve1/lxc/200/status/stop')
    expect(await task('POST /nodes/pve1/lxc/200/status/start')).toMatchObject({
      type: 'vzstart',
      status: "startup for container '200' failed",
    })
  })

  it('has clones that do the same, until it is destroyed', async () => {
    const { simulator, task } = vmLab(guest({ shutdownAfter: 3 }))
    await task(`POST ${path}/status/stop`)
    await task(`POST ${path}/clone`, { newid: 101, full: 1 })
    expect(simulator.snapshot().behaviours).toEqual({
      100: { shutdownAfter: 3 },
      101: { shutdownAfter: 3 },
      200: { shutdownAfter: 3 },
    })
    await task(`DELETE ${path}`)
    expect(Object.keys(simulator.snapshot().behaviours ?? {})).toEqual(['101', '200'])
  })

  it('is told of in words that are understood', () => {
    const seed = {
      nodes: { pve1: {} },
      guests: [{ vmid: 100, node: 'pve1', config: {}, behaviour: { agentAfter: -1 } }],
    }
    expect(() => createSimulator({ seed })).toThrow(
      'guests[0].behaviour.agentAfter: -1 is neither a number of seconds nor the word never',
    )
  })
})
