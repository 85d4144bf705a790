import { beforeEach, describe, expect, it } from 'vitest'
import type { ApiCaller } from '../../../test/api-caller.js'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const agent = '/nodes/pve1/qemu/100/agent'
let lab: VmLab
let root: ApiCaller

beforeEach(() => {
  lab = vmLab({
    guests: [
      {
        vmid: 100,
        node: 'pve1',
        running: true,
        config: {
          name: 'web.example.com',
          agent: 1,
          cores: 2,
          memory: 256,
          scsi0: 'local-lvm:vm-100-disk-0,size=10G',
          net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
          net1: 'virtio=BC:24:11:00:00:02,bridge=vmbr0',
          ipconfig1: 'ip=192.0.2.7/24',
        },
      },
      { vmid: 101, node: 'pve1', config: { agent: 1 } },
      { vmid: 102, node: 'pve1', running: true, config: {} },
      { vmid: 103, node: 'pve1', running: true, config: { agent: 'enabled=0' } },
    ],
    acl: [{ path: '/vms/100', role: 'PVEAuditor', user: 'alice@pve' }],
  })
  root = lab.root
})

/** Runs a command in the guest and tells how it ended. */
async function run(command: string[], input?: string): Promise<unknown> {
  const params = { command, ...(input !== undefined && { 'input-data': input }) }
  const { pid } = Object(await root(`POST ${agent}/exec`, params))
  return root(`GET ${agent}/exec-status`, { pid })
}

function read(params: Record<string, string | number>): Promise<unknown> {
  return root(`GET ${agent}/file-read`, params)
}

describe('the guest agent', () => {
  it.each([
    [101, '500 VM 101 is not running'],
    [102, '500 No QEMU guest agent configured'],
    [103, '500 QEMU guest agent is not running'],
    [999, "500 Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist"],
  ])('of %i does not answer: %s', async (vmid, refusal) => {
    expect(await root(`POST /nodes/pve1/qemu/${vmid}/agent/ping`)).toBe(refusal)
    expect(await root(`GET /nodes/pve1/qemu/${vmid}/agent/get-osinfo`)).toBe(refusal)
  })

  it('does not answer while the machine is paused', async () => {
    await lab.task('POST /nodes/pve1/qemu/100/status/suspend')
    expect(await root(`POST ${agent}/ping`)).toBe('500 QEMU guest agent is not running')
  })

  it('tells what the machine is', async () => {
    expect(await root(`POST ${agent}/ping`)).toEqual({ result: {} })
    expect(await root(`POST ${agent}`, { command: 'ping' })).toEqual({ result: {} })
    expect(await root(`GET ${agent}/get-host-name`)).toEqual({ result: { 'host-name': 'web' } })
    expect(await root(`GET ${agent}/get-osinfo`)).toMatchObject({ result: { id: 'debian' } })
    expect(await root(`GET ${agent}/get-vcpus`)).toMatchObject({
      result: [{ 'logical-id': 0 }, { 'logical-id': 1 }],
    })
    expect(Object(await root(`GET ${agent}/get-memory-blocks`)).result).toHaveLength(2)
    expect(await root(`GET ${agent}/get-fsinfo`)).toMatchObject({
      result: [{ mountpoint: '/', name: 'sda1' }],
    })
  })

  it('shows network devices with the addresses that cloud-init sets', async () => {
    expect(await root(`GET ${agent}/network-get-interfaces`)).toMatchObject({
      result: [
        { name: 'lo', 'ip-addresses': [{ 'ip-address': '127.0.0.1', prefix: 8 }, {}] },
        { name: 'eth0', 'hardware-address': 'bc:24:11:00:00:01' },
        {
          name: 'eth1',
          'ip-addresses': [
            { 'ip-address': '192.0.2.7', 'ip-address-type': 'ipv4', prefix: 24 },
            { 'ip-address': 'fe80::be24:11ff:fe00:2', 'ip-address-type': 'ipv6', prefix: 64 },
          ],
        },
      ],
    })
  })

  it('freezes and thaws file systems', async () => {
    const status = (): Promise<unknown> => root(`POST ${agent}/fsfreeze-status`)
    expect(await root(`POST ${agent}/fsfreeze-freeze`)).toEqual({ result: 1 })
    expect(await status()).toEqual({ result: 'frozen' })
    expect(await root(`POST ${agent}/fsfreeze-thaw`)).toEqual({ result: 1 })
    expect(await status()).toEqual({ result: 'thawed' })
  })

  it('shuts the machine down', async () => {
    expect(await root(`POST ${agent}/shutdown`)).toEqual({ result: null })
    await lab.simulator.clock.sleep(2000)
    expect(await root('GET /nodes/pve1/qemu/100/status/current')).toMatchObject({
      status: 'stopped',
    })
  })

  it('asks for rights of its own', async () => {
    const alice = lab.as('alice@pve')
    expect(await alice(`GET ${agent}/get-osinfo`)).toMatchObject({ result: { id: 'debian' } })
    expect(await alice(`POST ${agent}/exec`, { command: ['ls'] })).toBe(
      '403 Permission check failed (/vms/100, VM.GuestAgent.Unrestricted)',
    )
  })
})

describe('commands in a guest', () => {
  it.each([
    [['echo', 'a', 'b'], { exited: 1, exitcode: 0, 'out-data': 'a b\n' }],
    [['/bin/hostname'], { exited: 1, exitcode: 0, 'out-data': 'web\n' }],
    [['false'], { exited: 1, exitcode: 1 }],
    [['sh', '-c', 'echo "a  b"'], { exited: 1, exitcode: 0, 'out-data': 'a  b\n' }],
    [['sh', '-c', 'exit 3'], { exited: 1, exitcode: 3 }],
    [['systemctl', 'restart', 'x'], { exited: 1, exitcode: 0 }],
    [
      ['cat', '/none'],
      { exited: 1, exitcode: 1, 'err-data': 'cat: /none: No such file or directory\n' },
    ],
  ])('%j ends as %j', async (command, status) => {
    expect(await run(command)).toEqual(status)
  })

  it('read what they are given', async () => {
    expect(await run(['cat'], 'text')).toMatchObject({ 'out-data': 'text' })
  })

  it('go on until their time has come', async () => {
    const { pid } = Object(await root(`POST ${agent}/exec`, { command: ['sleep', '60'] }))
    expect(await root(`GET ${agent}/exec-status`, { pid })).toEqual({ exited: 0 })
    await lab.simulator.clock.sleep(60_000)
    expect(await root(`GET ${agent}/exec-status`, { pid })).toMatchObject({ exited: 1 })
  })

  it('are forgotten once their end was told', async () => {
    const { pid } = Object(await root(`POST ${agent}/exec`, { command: ['true'] }))
    await root(`GET ${agent}/exec-status`, { pid })
    expect(await root(`GET ${agent}/exec-status`, { pid })).toBe(
      "500 Agent error: Invalid parameter 'pid'",
    )
  })
})

describe('files in a guest', () => {
  it('are written and read', async () => {
    expect(await root(`POST ${agent}/file-write`, { file: '/a', content: 'hello' })).toBeNull()
    expect(await read({ file: '/a' })).toEqual({ content: 'hello', 'bytes-read': 5 })
    expect(await read({ file: '/a', decode: 0 })).toMatchObject({ content: 'aGVsbG8=' })
    expect(await read({ file: '/a', offset: 1, count: 2 })).toEqual({
      content: 'el',
      'bytes-read': 2,
      truncated: 1,
    })
  })

  it('may be written in Base64', async () => {
    await root(`POST ${agent}/file-write`, { file: '/a', content: 'AP8=', encode: 0 })
    expect(await read({ file: '/a' })).toMatchObject({ content: '\0\u00ff', 'bytes-read': 2 })
  })

  it('hold what a system has, and nothing else', async () => {
    expect(await read({ file: '/etc/hostname' })).toMatchObject({ content: 'web\n' })
    expect(await read({ file: '/none' })).toBe(
      "500 Agent error: failed to open file '/none' (mode: 'r'): No such file or directory",
    )
  })

  it('are gone after the machine was stopped', async () => {
    await root(`POST ${agent}/file-write`, { file: '/a', content: 'x' })
    await lab.task('POST /nodes/pve1/qemu/100/status/stop')
    await lab.task('POST /nodes/pve1/qemu/100/status/start')
    expect(await read({ file: '/a' })).toMatch(/^500 /)
  })
})
