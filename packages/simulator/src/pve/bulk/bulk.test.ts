import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', config: { onboot: 1, startup: 'order=2,up=1' } },
      { vmid: 101, node: 'pve1', config: { onboot: 1, startup: 'order=1,down=20' } },
      { vmid: 102, node: 'pve1', config: { lock: 'backup' } },
      { vmid: 103, node: 'pve1', config: { template: 1, onboot: 1 } },
      { vmid: 200, node: 'pve1', type: 'lxc', config: { onboot: 1, hostname: 'ct' } },
      { vmid: 300, node: 'pve2', running: true, config: {} },
    ],
    acl: [{ path: '/vms/100', role: 'PVEVMUser', user: 'alice@pve' }],
  })
})

describe('actions on all guests of a node', () => {
  it('start what starts with the node, in its order', async () => {
    expect(await lab.task('POST /nodes/pve1/startall')).toEqual({
      type: 'startall',
      status: 'OK',
      log: [
        "removed left over backup lock from '102'!",
        'Starting VM 101',
        'Starting VM 100',
        'Waiting for 1 seconds (startup delay)',
        'Starting CT 200',
      ],
    })
    expect(lab.conf(102)).toBe('')
  })

  it('start others when forced, but no templates', async () => {
    expect(
      await lab.task('POST /nodes/pve1/startall', { vms: '102,103,999', force: 1 }),
    ).toMatchObject({ log: ["removed left over backup lock from '102'!", 'Starting VM 102'] })
  })

  it('stop in the opposite order, with the time that each guest has', async () => {
    await lab.task('POST /nodes/pve1/startall')
    expect(await lab.task('POST /nodes/pve1/stopall', { timeout: 9 })).toMatchObject({
      status: 'OK',
      log: [
        'Stopping CT 200 (timeout = 9 seconds)',
        'Stopping VM 100 (timeout = 9 seconds)',
        'Stopping VM 101 (timeout = 20 seconds)',
      ],
    })
    expect(await lab.task('POST /nodes/pve1/stopall')).toMatchObject({ log: [] })
  })

  it('suspend machines to disk', async () => {
    await lab.task('POST /nodes/pve1/startall', { vms: '101' })
    expect(await lab.task('POST /nodes/pve1/suspendall', { vms: '101,200' })).toMatchObject({
      status: 'WARNINGS: 1',
      log: ['WARN: skipping 200, only VMs can be suspended', 'Suspending VM 101'],
    })
    expect(lab.conf(101)).toContain('lock: suspended\n')
  })

  it('migrate', async () => {
    expect(
      await lab.task('POST /nodes/pve1/migrateall', { target: 'pve2', vms: '100', maxworkers: 1 }),
    ).toMatchObject({
      log: [
        'Check VM 100: precondition check passed',
        'Migrating VM 100',
        'All jobs finished, used 1 workers in total.',
      ],
    })
    expect(lab.file('nodes/pve2/qemu-server/100.conf')).toBeDefined()
  })

  it.each([
    [{ target: 'pve1' }, { status: 400, errors: { target: 'target is local node.' } }],
    [{ target: 'none' }, "500 no such cluster node 'none'"],
    [
      { target: 'pve2' },
      "500 either 'max-workers' parameter or max_workers in datacenter.cfg must be set!",
    ],
  ])('do not migrate %j', async (params, refusal) => {
    expect(await lab.root('POST /nodes/pve1/migrateall', params)).toEqual(refusal)
  })

  it('are for those who may act on the guests', async () => {
    const alice = lab.as('alice@pve')
    expect(await alice('POST /nodes/pve1/startall')).toBe(
      '403 Permission check failed (/, VM.PowerMgmt)',
    )
    expect(await alice('POST /nodes/pve1/startall', { vms: '100,101' })).toBe(
      '403 Permission check failed (/vms/101, VM.PowerMgmt)',
    )
    expect(await alice('POST /nodes/pve1/startall', { vms: '100' })).toMatch(/^UPID:.*alice@pve/)
  })
})

describe('actions on guests of the cluster', () => {
  const path = '/cluster/bulk-action/guest'

  it('start guests on all nodes', async () => {
    expect(await lab.task(`POST ${path}/start`, { vms: ['100', '300'] })).toEqual({
      type: 'bulk-start',
      status: 'WARNINGS: 1',
      log: [
        'Starting guests: 100, 300',
        'Starting VM 100',
        'Waiting for 1 seconds (startup delay)',
        'WARN: Skipping VM 300, already running.',
      ],
    })
  })

  it('tell which guests failed', async () => {
    expect(await lab.task(`POST ${path}/start`, { vms: ['102'] })).toMatchObject({
      status: 'Some guests failed to start: 102',
      log: [
        'Starting guests: 102',
        'Starting VM 102',
        'WARN: Starting VM 102 failed: VM is locked (backup)',
      ],
    })
  })

  it('shut down, suspend and migrate', async () => {
    expect(await lab.task(`POST ${path}/suspend`, { vms: ['300'] })).toMatchObject({ status: 'OK' })
    expect(await lab.task(`POST ${path}/start`, { vms: ['300'] })).toMatchObject({ status: 'OK' })
    expect(await lab.task(`POST ${path}/shutdown`)).toMatchObject({
      log: expect.arrayContaining(['Shutting down VM 300 (Timeout = 180 seconds)']),
    })
    expect(
      await lab.task(`POST ${path}/migrate`, { vms: ['300', '100'], target: 'pve1' }),
    ).toMatchObject({
      log: [
        'Migrating guests to pve1: 300, 100',
        'WARN: VM 100 already on pve1, skipping.',
        'Migrating VM 300',
      ],
    })
    expect(lab.conf(300)).toBeDefined()
  })
})
