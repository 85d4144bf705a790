import { loadDefinition } from '@proxkit/schema'
import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, manualClock, type ManualClock, type Simulator } from '../../index.js'

const store = '/admin/datastore/store1'
const day = 86_400_000
let clock: ManualClock
let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  clock = manualClock({ start: Date.UTC(2026, 0, 5) })
  simulator = createSimulator({
    definition: loadDefinition({ product: 'pbs', version: '4.2' }),
    clock,
    seed: {
      nodes: { backup: {} },
      users: { 'alice@pbs': {}, 'bob@pbs': {} },
      acl: [
        { path: '/datastore/store1', role: 'DatastorePowerUser', user: 'alice@pbs' },
        { path: '/datastore/store1/site-b', role: 'DatastoreAudit', user: 'bob@pbs' },
      ],
      datastores: {
        store1: {
          snapshots: [
            { group: 'vm/100', time: '2026-01-01T02:00:00Z' },
            { group: 'vm/100', time: '2026-01-02T02:00:00Z' },
            { group: 'vm/100', time: '2026-01-02T14:00:00Z', comment: 'before\nupgrade' },
            { group: 'ct/200', time: '2026-01-03T02:00:00Z', owner: 'alice@pbs', size: 1000 },
            { group: 'vm/300', ns: 'site-b', time: '2026-01-03T02:00:00Z' },
          ],
        },
        store2: {},
      },
    },
  })
  root = callAs(simulator)
})

async function run(call: Parameters<ApiCaller>[0], params = {}): Promise<string[]> {
  const upid = String(await root(call, params))
  await simulator.idle()
  const log = await root(`GET /nodes/backup/tasks/${upid}/log`, { limit: 0 })
  if (!Array.isArray(log)) throw new Error(`${call}: ${upid}: ${JSON.stringify(log)}`)
  return log.map(({ t }: { t: string }) => t.replace(/^\S+: /, ''))
}

const time = (text: string): number => Date.parse(text) / 1000

describe('the content of a datastore', () => {
  it('is in groups, whoever owns them', async () => {
    expect(await root(`GET ${store}/groups`)).toEqual([
      {
        'backup-type': 'ct',
        'backup-id': '200',
        'backup-count': 1,
        'last-backup': time('2026-01-03T02:00:00Z'),
        files: ['root.pxar.didx', 'index.json.blob'],
        owner: 'alice@pbs',
      },
      {
        'backup-type': 'vm',
        'backup-id': '100',
        'backup-count': 3,
        'last-backup': time('2026-01-02T14:00:00Z'),
        files: ['drive-scsi0.img.fidx', 'index.json.blob'],
        owner: 'root@pam',
      },
    ])
    const alice = callAs(simulator, 'alice@pbs')
    expect(await alice(`GET ${store}/groups`)).toMatchObject([{ 'backup-id': '200' }])
    const bob = callAs(simulator, 'bob@pbs')
    expect(await bob(`GET ${store}/groups`)).toBe(
      '403 permission check failed - missing Datastore.Audit|Datastore.Backup on /datastore/store1',
    )
    expect(await bob(`GET ${store}/groups`, { ns: 'site-b' })).toMatchObject([
      { 'backup-id': '300' },
    ])
  })

  it('is in snapshots with notes, protection and archives', async () => {
    const place = {
      'backup-type': 'vm',
      'backup-id': '100',
      'backup-time': time('2026-01-02T14:00:00Z'),
    }
    expect(await root(`GET ${store}/notes`, place)).toBe('before\nupgrade')
    await root(`PUT ${store}/notes`, { ...place, notes: 'after' })
    await root(`PUT ${store}/protected`, { ...place, protected: true })
    expect(await root(`GET ${store}/snapshots`, { 'backup-type': 'vm' })).toMatchObject([
      { protected: false },
      { protected: false },
      { ...place, comment: 'after', protected: true, owner: 'root@pam' },
    ])
    expect(await root(`DELETE ${store}/snapshots`, place)).toBe(
      '400 cannot remove protected snapshot',
    )
    expect(await root(`DELETE ${store}/groups`, { 'backup-type': 'vm', 'backup-id': '100' })).toBe(
      '400 group only partially deleted due to protected snapshots',
    )
    expect(await root(`GET ${store}/snapshots`, { 'backup-type': 'vm' })).toMatchObject([place])
    const alice = callAs(simulator, 'alice@pbs')
    expect(await alice(`DELETE ${store}/snapshots`, place)).toBe(
      '400 backup owner check failed (alice@pbs != root@pam)',
    )
  })

  it('is in namespaces', async () => {
    expect(await root(`POST ${store}/namespace`, { name: 'a' })).toBe('a')
    expect(await root(`POST ${store}/namespace`, { name: 'b', parent: 'a' })).toBe('a/b')
    expect(await root(`POST ${store}/namespace`, { name: 'c', parent: 'x' })).toBe(
      "400 cannot create new namespace, parent x doesn't already exists",
    )
    expect(await root(`GET ${store}/namespace`)).toEqual([
      { ns: '' },
      { ns: 'a' },
      { ns: 'a/b' },
      { ns: 'site-b' },
    ])
    await root(`DELETE ${store}/namespace`, { ns: 'a' })
    expect(await root(`DELETE ${store}/namespace`, { ns: 'site-b' })).toBe(
      '400 only partially deleted due to existing groups but `delete-groups` not true',
    )
    await root(`DELETE ${store}/namespace`, { ns: 'site-b', 'delete-groups': true })
    expect(await root(`GET ${store}/namespace`)).toEqual([{ ns: '' }])
  })

  it('tells what was removed', async () => {
    const group = { 'backup-type': 'ct', 'backup-id': '200' }
    expect(await root(`DELETE ${store}/groups`, group)).toEqual({
      'protected-snapshots': 0,
      'removed-groups': 1,
      'removed-snapshots': 1,
    })
  })
})

describe('the upkeep of a datastore', () => {
  it('prunes by retention, and only tells in a trial', async () => {
    const group = { 'backup-type': 'vm', 'backup-id': '100', 'keep-daily': 1 }
    expect(await root(`POST ${store}/prune`, { ...group, 'dry-run': true })).toMatchObject([
      { 'backup-time': time('2026-01-01T02:00:00Z'), keep: false },
      { 'backup-time': time('2026-01-02T02:00:00Z'), keep: false },
      { 'backup-time': time('2026-01-02T14:00:00Z'), keep: true, protected: false },
    ])
    expect(await root(`GET ${store}/snapshots`, { 'backup-type': 'vm' })).toHaveLength(3)
    expect(await run(`POST ${store}/prune-datastore`, { 'keep-last': 1 })).toEqual([
      "Starting datastore prune on datastore 'store1', root namespace, down to full depth",
      'retention options: --keep-last 1',
      'Pruning group :"ct/200"',
      'keep ct/200/2026-01-03T02:00:00Z',
      'Pruning group :"vm/100"',
      'remove vm/100/2026-01-01T02:00:00Z',
      'remove vm/100/2026-01-02T02:00:00Z',
      'keep vm/100/2026-01-02T14:00:00Z',
      'Pruning group site-b:"vm/300"',
      'keep vm/300/2026-01-03T02:00:00Z',
      'TASK OK',
    ])
    expect(await root(`GET ${store}/snapshots`, { 'backup-type': 'vm' })).toHaveLength(1)
  })

  it('verifies, and notes on each snapshot how it is', async () => {
    const place = {
      'backup-type': 'ct',
      'backup-id': '200',
      'backup-time': time('2026-01-03T02:00:00Z'),
    }
    expect(await run(`POST ${store}/verify`, place)).toEqual([
      'verify store1:ct/200/2026-01-03T02:00:00Z',
      '  check root.pxar.didx',
      'TASK OK',
    ])
    expect(await root(`GET ${store}/snapshots`, { 'backup-type': 'ct' })).toMatchObject([
      { verification: { state: 'ok', upid: expect.stringMatching(/:verify_snapshot:/) } },
    ])
    expect(await run(`POST ${store}/verify`, place)).toContain(
      'SKIPPED: verify store1:ct/200/2026-01-03T02:00:00Z (recently verified)',
    )
  })

  it('collects garbage a day after its last use', async () => {
    await root(`DELETE ${store}/groups`, { 'backup-type': 'ct', 'backup-id': '200' })
    await root(`DELETE ${store}/namespace`, { ns: 'site-b', 'delete-groups': true })
    expect(await run(`POST ${store}/gc`)).toEqual([
      'starting garbage collection on store store1',
      'Start GC phase1 (mark used chunks)',
      'Start GC phase2 (sweep unused chunks)',
      'Removed garbage: 1 GiB',
      'Removed chunks: 257',
      'Original data usage: 3 GiB',
      'On-Disk usage: 3 GiB (100.00%)',
      'On-Disk chunks: 768',
      'Deduplication factor: 1.00',
      'Average chunk size: 4 MiB',
      'TASK OK',
    ])
    await root(`DELETE ${store}/groups`, { 'backup-type': 'vm', 'backup-id': '100' })
    expect(await run(`POST ${store}/gc`)).toContain('Pending removals: 3 GiB (in 768 chunks)')
    await clock.advance(2 * day)
    await run(`POST ${store}/gc`)
    expect(await root(`GET ${store}/gc`)).toMatchObject({
      store: 'store1',
      'removed-bytes': 3 * 2 ** 30,
      'disk-bytes': 0,
      'last-run-state': 'OK',
    })
  })

  it('synchronises with another datastore, and drops what vanished there', async () => {
    const job = { id: 'pull', store: 'store2', 'remote-store': 'store1', 'remove-vanished': true }
    await root('POST /config/sync', job)
    const log = await run('POST /admin/sync/pull/run')
    expect(log).toContain('Created namespace site-b')
    expect(log).toContain("sync job '-:store1:store2::pull' end")
    expect(await root('GET /admin/datastore/store2/groups')).toMatchObject([
      { 'backup-id': '200', owner: 'root@pam' },
      { 'backup-id': '100', 'backup-count': 3 },
    ])
    await root(`DELETE ${store}/groups`, { 'backup-type': 'vm', 'backup-id': '100' })
    expect(await run('POST /admin/sync/pull/run')).toContain("delete vanished group 'vm/100'")
    expect(await root('GET /admin/datastore/store2/groups')).toMatchObject([{ 'backup-id': '200' }])
    expect(await root('GET /admin/sync')).toMatchObject([
      { ...job, 'last-run-state': 'OK', 'last-run-upid': expect.stringMatching(/:syncjob:/) },
    ])
  })

  it('runs prune and verification jobs on demand', async () => {
    await root('POST /config/prune', {
      id: 'daily',
      store: 'store1',
      schedule: 'daily',
      'keep-last': 2,
    })
    await run('POST /admin/prune/daily/run')
    expect(await root(`GET ${store}/snapshots`, { 'backup-type': 'vm' })).toHaveLength(2)
    await root('POST /config/verify', { id: 'check', store: 'store1', schedule: 'weekly' })
    expect(await run('POST /admin/verify/check/run')).toContain('found 3 groups')
    expect(await root('POST /admin/verify/none/run')).toBe("400 no such verification 'none'")
  })
})

describe('datastores', () => {
  it('are made and removed by tasks, jobs and rights with them', async () => {
    const made = { name: 'store3', path: '/mnt/three', comment: 'third' }
    await run('POST /config/datastore', made)
    expect(await root('GET /config/datastore/store3')).toEqual(made)
    expect(await root('POST /config/datastore', made)).toEqual({
      status: 400,
      errors: { name: "datastore 'store3' already exists." },
    })
    expect(await root('PUT /config/datastore/store3', { 'keep-last': 1 })).toEqual({
      status: 400,
      errors: { 'keep-last': 'datastore prune settings have been replaced by prune jobs' },
    })
    await root('POST /config/prune', { id: 'three', store: 'store3', schedule: 'daily' })
    await run('DELETE /config/datastore/store3')
    expect(await root('GET /config/prune')).toEqual([])
    expect(await root('GET /admin/datastore/store3/groups')).toBe("400 no such datastore 'store3'")
  })

  it('in maintenance refuse what the mode forbids', async () => {
    await root('PUT /config/datastore/store1', { 'maintenance-mode': 'read-only' })
    expect(await root(`GET ${store}/groups`)).toHaveLength(2)
    expect(await root(`POST ${store}/gc`)).toBe(
      "400 datastore 'store1' is in read-only maintenance mode:",
    )
    await root('PUT /config/datastore/store1', { 'maintenance-mode': 'offline,message=moving' })
    expect(await root(`GET ${store}/groups`)).toBe(
      "400 datastore 'store1' is in offline maintenance mode: moving",
    )
  })

  it('tell what they hold', async () => {
    expect(await root(`GET ${store}/status`, { verbose: true })).toMatchObject({
      total: 2 ** 40,
      counts: { vm: { groups: 2, snapshots: 4 }, ct: { groups: 1, snapshots: 1 } },
      'gc-status': { 'index-file-count': 0 },
    })
    expect(await callAs(simulator, 'bob@pbs')(`GET ${store}/status`)).toMatchObject({ total: 0 })
    expect(await callAs(simulator, 'bob@pbs')('GET /admin/datastore')).toMatchObject([
      { store: 'store1' },
    ])
  })
})
