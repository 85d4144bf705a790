import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const path = '/nodes/pve1/qemu'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', running: true, config: { name: 'web', vga: 'qxl' } },
      { vmid: 101, node: 'pve1', config: { vga: 'serial0' } },
    ],
    acl: [{ path: '/vms/100', role: 'PVEAuditor', user: 'alice@pve' }],
  })
})

function ask(command: string, vmid = 100): Promise<unknown> {
  return lab.root(`POST ${path}/${vmid}/monitor`, { command })
}

describe('the console of a virtual machine', () => {
  it('is opened with a ticket that carries a password', async () => {
    const answer = Object(await lab.root(`POST ${path}/100/vncproxy`, { websocket: 1 }))
    expect(answer).toMatchObject({ user: 'root@pam', port: '5900' })
    expect(answer.upid).toMatch(/:vncproxy:100:root@pam:$/)
    expect(answer.cert).toContain('BEGIN CERTIFICATE')
    expect(answer.password).toHaveLength(8)
    expect(answer.ticket.startsWith(`${answer.password}:PVEVNC:`)).toBe(true)
  })

  it('takes the next free port', async () => {
    const ports = await Promise.all(
      [1, 2].map(async () => Object(await lab.root(`POST ${path}/100/termproxy`)).port),
    )
    expect(ports).toEqual(['5900', '5901'])
  })

  it('needs no password where a serial port stands in for the screen', async () => {
    const answer = await lab.root(`POST ${path}/101/vncproxy`)
    expect(answer).not.toHaveProperty('password')
    expect(await lab.root(`POST ${path}/101/termproxy`)).toMatchObject({ user: 'root@pam' })
  })

  it('ends when nobody connects', async () => {
    expect(Object(await lab.root(`POST ${path}/100/vncproxy`)).upid).toMatch(/^UPID/)
    await lab.simulator.idle()
    expect(lab.simulator.snapshot().tasks[0]?.exitStatus).toBe('connection timed out')
  })

  it('accepts its own ticket on its own port', async () => {
    const { ticket, port } = Object(await lab.root(`POST ${path}/100/vncproxy`))
    const open = (params: Record<string, string>): Promise<unknown> =>
      lab.root(`GET ${path}/100/vncwebsocket`, params)
    expect(await open({ port, vncticket: ticket })).toEqual({ port })
    const refusal = '401 permission denied - invalid PVEVNC ticket'
    expect(await open({ port: '5999', vncticket: ticket })).toBe(refusal)
    expect(await open({ port, vncticket: 'x' })).toBe(refusal)
  })

  it('is described for a viewer of its own', async () => {
    expect(await lab.root(`POST ${path}/100/spiceproxy`)).toMatchObject({
      type: 'spice',
      title: 'VM 100 - web',
      'tls-port': 61_000,
      'delete-this-file': 1,
    })
    expect(await lab.root(`POST ${path}/101/spiceproxy`)).toBe('500 VM 101 not running')
  })

  it('asks for the right to it', async () => {
    expect(await lab.as('alice@pve')(`POST ${path}/100/vncproxy`)).toBe(
      '403 Permission check failed (/vms/100, VM.Console)',
    )
  })
})

describe('the monitor of a virtual machine', () => {
  it.each([
    ['info status', 'VM status: running\r\n'],
    ['info version', '11.0.2pve-qemu-kvm_11.0.2-1\r\n'],
    ['info name', 'web\r\n'],
    ['help', ''],
    ['foo', "unknown command: 'foo'\r\n"],
  ])('answers %s', async (command, answer) => {
    expect(await ask(command)).toBe(answer)
  })

  it('answers for a stopped machine that it is', async () => {
    expect(await ask('info status', 101)).toBe('ERROR: VM 101 not running\n')
  })

  it('stops, continues and ends the machine', async () => {
    await ask('stop')
    expect(await ask('info status')).toBe('VM status: paused\r\n')
    await ask('cont')
    expect(await ask('info status')).toBe('VM status: running\r\n')
    await ask('quit')
    expect(await ask('info status')).toBe('ERROR: VM 100 not running\n')
  })

  it('keeps commands from those who may not give them', async () => {
    lab = vmLab({
      guests: [{ vmid: 100, node: 'pve1', running: true, config: {} }],
      roles: { Sys: ['Sys.Audit'] },
      acl: [{ path: '/', role: 'Sys', user: 'alice@pve' }],
    })
    const alice = lab.as('alice@pve')
    const give = (command: string): Promise<unknown> =>
      alice(`POST ${path}/100/monitor`, { command })
    expect(await give('info status')).toBe('VM status: running\r\n')
    expect(await give('system_reset')).toBe('403 Permission check failed (/, Sys.Modify)')
    expect(await give('drive_add x')).toBe("500 root-only command 'drive_add'")
    expect(await give('foo')).toBe(
      "500 command 'foo' non-existent or not assigned a required permission yet, limiting to root user",
    )
  })

  it('sends keys to what runs', async () => {
    expect(await lab.root(`PUT ${path}/100/sendkey`, { key: 'ret' })).toBeNull()
    expect(await lab.root(`PUT ${path}/101/sendkey`, { key: 'ret' })).toBe('500 VM 101 not running')
  })
})
