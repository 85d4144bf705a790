import { afterEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { instantClock, manualClock, type ManualClock } from '../../engine/clock.js'
import type { Seed } from '../../seeds/seed.js'

const seed: Seed = {
  cluster: 'lab',
  nodes: { pve1: {}, pve2: {}, pve3: { online: false } },
  storage: { local: { type: 'dir', path: '/var/lib/vz', content: 'backup,images' } },
  guests: [
    { vmid: 100, node: 'pve1', config: {} },
    { vmid: 101, node: 'pve2', config: {} },
    { vmid: 102, node: 'pve3', config: {} },
  ],
}

/** A Thursday. */
const start = Date.UTC(2026, 0, 1, 12)
const hour = 3_600_000
let simulator: Simulator
let clock: ManualClock
let root: ApiCaller

function open(more: Partial<Seed> = {}): void {
  clock = manualClock({ start })
  simulator = createSimulator({ seed: { ...seed, ...more }, clock })
  root = callAs(simulator)
}

/** Tasks of backups: node and hour of their start. */
function backups(): string[] {
  return simulator
    .snapshot()
    .tasks.filter(({ type }) => type === 'vzdump')
    .map(
      ({ node, starttime }) => `${node} ${new Date(starttime * 1000).toISOString().slice(8, 16)}`,
    )
    .toSorted()
}

afterEach(() => simulator.close())

describe('backup jobs', () => {
  it('run at their times on every node that has guests for them', async () => {
    open()
    await root('POST /cluster/backup', { id: 'daily', all: 1, schedule: '02:30', storage: 'local' })
    await clock.advance(14 * hour)
    expect(backups()).toEqual([])
    await clock.advance(24 * hour)
    expect(backups()).toEqual(['pve1 02T02:30', 'pve2 02T02:30'])
    await clock.advance(24 * hour)
    expect(backups()).toHaveLength(4)
    expect(await root('GET /nodes/pve1/storage/local/content', { content: 'backup' })).toHaveLength(
      2,
    )
  })

  it('run as changed, and not while disabled or gone', async () => {
    open()
    await root('POST /cluster/backup', { id: 'job', vmid: '100', schedule: 'hourly', enabled: 0 })
    await clock.advance(5 * hour)
    expect(backups()).toEqual([])
    await root('PUT /cluster/backup/job', { enabled: 1, schedule: 'sat 10:00' })
    await clock.advance(48 * hour)
    expect(backups()).toEqual(['pve1 03T10:00'])
    await root('DELETE /cluster/backup/job')
    await clock.advance(14 * 24 * hour)
    expect(backups()).toHaveLength(1)
  })

  it('run on the node that is named only', async () => {
    open()
    await root('POST /cluster/backup', { all: 1, schedule: 'daily', node: 'pve2' })
    await clock.advance(24 * hour)
    expect(backups()).toEqual(['pve2 02T00:00'])
  })

  it.each([
    [1, ['pve1 01T12:01']],
    [0, []],
  ])('that were missed are repeated where that is asked for (%s)', async (repeat, expected) => {
    const state = JSON.stringify({
      state: 'created',
      time: start / 1000 - 100_000,
      config: { schedule: '06:00', enabled: 1 },
    })
    open({
      nodes: {
        pve1: { files: { '/var/lib/pve-manager/jobs/vzdump-j1.json': state } },
      },
      guests: [{ vmid: 100, node: 'pve1', config: {} }],
      files: { 'jobs.cfg': `vzdump: j1\n\tschedule 06:00\n\tall 1\n\trepeat-missed ${repeat}\n\n` },
    })
    await clock.advance(hour)
    expect(backups()).toEqual(expected)
  })

  it('run when time jumps over them', async () => {
    const instant = instantClock({ start })
    simulator = createSimulator({ seed, clock: instant })
    root = callAs(simulator)
    await root('POST /cluster/backup', { all: 1, schedule: 'daily' })
    await instant.sleep(24 * hour)
    await simulator.idle()
    expect(backups()).toHaveLength(2)
  })

  it('go on after a state was restored', async () => {
    open()
    await root('POST /cluster/backup', { all: 1, schedule: 'daily' })
    const snapshot = simulator.snapshot()
    await clock.advance(24 * hour)
    expect(backups()).toHaveLength(2)
    simulator.restore(snapshot)
    expect(backups()).toHaveLength(0)
    await clock.advance(24 * hour)
    expect(backups()).toHaveLength(2)
  })
})

describe('jobs that synchronize a realm', () => {
  it('run on one node and remember how that went', async () => {
    open({
      files: {
        'domains.cfg':
          'ldap: corp\n\tbase_dn dc=example,dc=com\n\tserver1 192.0.2.9\n\tuser_attr uid\n\n',
      },
    })
    await root('POST /cluster/jobs/realm-sync/sync', {
      realm: 'corp',
      schedule: 'daily',
      scope: 'both',
    })
    await clock.advance(24 * hour)
    const { config, tasks } = simulator.snapshot()
    expect(tasks.filter(({ type }) => type === 'auth-realm-sync')).toHaveLength(1)
    expect(JSON.parse(config['priv/jobs/realm-sync-sync.json'] ?? '')).toMatchObject({
      node: 'pve1',
      time: Date.UTC(2026, 0, 2) / 1000,
    })
    expect(await root('GET /cluster/jobs/realm-sync')).toMatchObject([
      { 'last-run': Date.UTC(2026, 0, 2) / 1000, 'next-run': Date.UTC(2026, 0, 3) / 1000 },
    ])
  })
})
