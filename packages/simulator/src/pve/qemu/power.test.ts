import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const path = '/nodes/pve1/qemu'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', config: { name: 'off' } },
      { vmid: 101, node: 'pve1', running: true, config: { name: 'on', memory: 1024 } },
      { vmid: 102, node: 'pve1', config: { lock: 'backup' } },
      { vmid: 103, node: 'pve1', config: { template: 1 } },
      { vmid: 104, node: 'pve1', config: { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr9' } },
      {
        vmid: 105,
        node: 'pve1',
        config: { boot: 'order=scsi0', scsi0: 'local-lvm:vm-105-disk-0,size=1G' },
      },
    ],
  })
})

function power(vmid: number, action: string, params = {}): Promise<unknown> {
  return lab.task(`POST ${path}/${vmid}/status/${action}`, params)
}

function status(vmid: number): string {
  return lab.simulator.snapshot().guests[vmid]?.status ?? 'stopped'
}

describe('power of a virtual machine', () => {
  it.each([
    [100, 'start', 'qmstart', 'running'],
    [100, 'stop', 'qmstop', 'stopped'],
    [100, 'shutdown', 'qmshutdown', 'stopped'],
    [101, 'stop', 'qmstop', 'stopped'],
    [101, 'shutdown', 'qmshutdown', 'stopped'],
    [101, 'reset', 'qmreset', 'running'],
    [101, 'reboot', 'qmreboot', 'running'],
    [101, 'suspend', 'qmpause', 'paused'],
    [101, 'resume', 'qmresume', 'running'],
  ])('of %i: %s is task %s and leads to %s', async (vmid, action, type, after) => {
    expect(await power(vmid, action)).toEqual({ type, status: 'OK', log: [] })
    expect(status(vmid)).toBe(after)
  })

  it.each([
    [101, 'start', 'VM 101 already running'],
    [102, 'start', 'VM is locked (backup)'],
    [103, 'start', "you can't start a vm if it's a template"],
    [104, 'start', "bridge 'vmbr9' does not exist"],
    [999, 'start', "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist"],
  ])('of %i: %s fails in its task', async (vmid, action, reason) => {
    expect(await power(vmid, action)).toMatchObject({ status: reason })
  })

  it.each(['reset', 'reboot', 'suspend', 'resume'])(
    'refuses to %s what is stopped',
    async (action) => {
      expect(await power(100, action)).toBe('500 VM 100 not running')
    },
  )

  it('refuses to shut down what is paused, unless by force', async () => {
    await power(101, 'suspend')
    expect(await power(101, 'shutdown')).toBe('500 VM is paused - cannot shutdown')
    expect(await power(101, 'shutdown', { forceStop: 1 })).toMatchObject({ status: 'OK' })
  })

  it('gives a guest the time that the caller allows', async () => {
    expect(await power(101, 'shutdown', { timeout: 1 })).toMatchObject({
      status: 'VM quit/powerdown failed - got timeout',
    })
    expect(status(101)).toBe('running')
    expect(await power(101, 'shutdown', { timeout: 1, forceStop: 1 })).toEqual({
      type: 'qmshutdown',
      status: 'OK',
      log: ['VM still running - terminating now with SIGTERM'],
    })
  })

  it('starts a rebooted machine in a task of root', async () => {
    await power(101, 'reboot')
    const tasks = lab.simulator.snapshot().tasks.map(({ type, user }) => `${type} ${user}`)
    expect(tasks.toSorted()).toEqual(['qmreboot root@pam', 'qmstart root@pam'])
  })

  it('saves the memory on a disk and comes back from it', async () => {
    const volume = 'vm-101-state-suspend-2026-01-01'
    await lab.root(`PUT ${path}/101/config`, { vmstatestorage: 'local-lvm' })
    expect(await power(101, 'suspend', { todisk: 1 })).toMatchObject({
      type: 'qmsuspend',
      status: 'OK',
    })
    expect(lab.conf(101)).toContain('lock: suspended\n')
    expect(lab.volumes()).toContain(volume)
    expect(await power(101, 'resume')).toMatchObject({ type: 'qmresume', status: 'OK' })
    expect(lab.conf(101)).not.toMatch(/lock|vmstate:/)
    expect(lab.volumes()).not.toContain(volume)
    expect(status(101)).toBe('running')
  })

  it('leaves options that only root may use to root', async () => {
    const lab2 = vmLab({
      guests: [{ vmid: 100, node: 'pve1', config: {} }],
      acl: [{ path: '/vms', role: 'PVEVMAdmin', user: 'alice@pve' }],
    })
    const alice = lab2.as('alice@pve')
    expect(await alice(`POST ${path}/100/status/start`, { skiplock: 1 })).toEqual({
      status: 400,
      errors: { skiplock: 'Only root may use this option.' },
    })
    expect(await lab2.as('bob@pve')(`POST ${path}/100/status/start`)).toBe(
      '403 Permission check failed (/vms/100, VM.PowerMgmt)',
    )
  })
})

describe('a machine that high availability rules over', () => {
  it('is started and stopped by it', async () => {
    lab = vmLab({
      guests: [{ vmid: 100, node: 'pve1', config: {} }],
      files: { 'ha/resources.cfg': 'vm: 100\n\tstate stopped\n\n' },
    })
    expect(await power(100, 'start')).toEqual({
      type: 'hastart',
      status: 'OK',
      log: ['Requesting HA start for VM 100'],
    })
    expect(lab.file('ha/resources.cfg')).toBe('vm: 100\n\tstate started\n\n')
    expect(status(100)).toBe('running')
    expect(await power(100, 'shutdown')).toMatchObject({ type: 'hastop', status: 'OK' })
    expect(status(100)).toBe('stopped')
    const types = lab.simulator.snapshot().tasks.map(({ type }) => type)
    expect(types.toSorted()).toEqual(['hastart', 'hastop', 'qmshutdown', 'qmstart'])
  })
})

describe('the status of a virtual machine', () => {
  it('has the figures of a stopped one', async () => {
    expect(await lab.root(`GET ${path}/105/status/current`)).toEqual({
      vmid: 105,
      name: 'VM 105',
      status: 'stopped',
      qmpstatus: 'stopped',
      uptime: 0,
      cpu: 0,
      cpus: 1,
      mem: 0,
      maxmem: 512 * 2 ** 20,
      memhost: 0,
      disk: 0,
      maxdisk: 2 ** 30,
      netin: 0,
      netout: 0,
      ha: { managed: 0 },
    })
  })

  it('moves on with time while it runs', async () => {
    await power(105, 'start')
    const first = Object(await lab.root(`GET ${path}/105/status/current`))
    await lab.simulator.clock.sleep(60_000)
    const second = Object(await lab.root(`GET ${path}/105/status/current`))
    expect(first).toMatchObject({ status: 'running', qmpstatus: 'running' })
    expect(second.uptime - first.uptime).toBeGreaterThanOrEqual(60)
    expect(second.netin).toBeGreaterThan(first.netin)
    expect(second.mem).toBeGreaterThan(first.mem)
  })
})

describe('the history of a virtual machine', () => {
  it('has its sizes, and its figures from the start on', async () => {
    await power(105, 'start')
    await lab.simulator.clock.sleep(600_000)
    const rows = await lab.root(`GET ${path}/105/rrddata`, { timeframe: 'hour' })
    expect(rows).toHaveLength(60)
    const [first, last] = [Object(rows)[0], Object(rows)[59]]
    expect(first).toEqual({
      time: expect.any(Number),
      maxcpu: 1,
      maxmem: 512 * 2 ** 20,
      maxdisk: 2 ** 30,
      disk: 0,
    })
    expect(last).toMatchObject({ maxcpu: 1, pressurecpusome: 0 })
    expect(last.netin).toBeGreaterThan(0)
  })

  it('is missing where there is no machine', async () => {
    expect(await lab.root(`GET ${path}/999/rrddata`, { timeframe: 'hour' })).toBe(
      "500 RRD error: opening '/var/lib/rrdcached/db/pve-vm-9.0/999': No such file or directory",
    )
  })
})
