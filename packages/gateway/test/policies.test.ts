import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardedGateway, type GuardedGateway, keyOf } from './guarded-gateway.js'

let lab: GuardedGateway
beforeAll(async () => {
  lab = await guardedGateway(`
  all: {}
  watch: { read-only: true }
  starter: { allow: ['GET /nodes/**', 'POST /nodes/*/qemu/*/status/*', 'PUT,DELETE /pools'] }
  west: { nodes: [pve1, pve2] }
  web: { guests: { pools: [production], tags: [ci] } }
  west-web: { nodes: [pve1], guests: { tags: [web] } }
  careful: { parameters: { skiplock: refuse, 'hostpci*': refuse, cores: { maximum: 4 }, storage: { only: [local-lvm] } } }
  rehearsal: { dry-run: true }
  looker: { guests: { tags: [ci] }, unscoped: [GET /nodes, 'GET /nodes/*/storage'] }
  shell: { allow: [POST /nodes/*/termproxy] }`)
})
afterAll(() => lab[Symbol.asyncDispose]())

const passes = 'passes'

describe.each<[policy: string, request: string, outcome: string, body?: object]>([
  ['all', 'GET /access/users', passes],
  ['all', 'POST /nodes/pve1/termproxy', 'allow'],
  ['all', 'POST /nodes/pve1/execute', 'allow', { commands: '[]' }],
  ['all', 'POST /nodes/pve1/qemu/100/monitor', 'allow', { command: 'info' }],
  ['shell', 'POST /nodes/pve1/termproxy', passes],
  ['watch', 'GET /cluster/resources', passes],
  ['watch', 'POST /pools', 'read-only', { poolid: 'x' }],
  ['watch', 'DELETE /nodes/pve1/qemu/100', 'read-only'],
  ['starter', 'GET /nodes', passes],
  ['starter', 'GET /nodes/pve1/qemu/100/config', passes],
  ['starter', 'GET /cluster/resources', 'allow'],
  ['starter', 'POST /nodes/pve1/qemu/100/status/reset', passes],
  ['starter', 'POST /nodes/pve1/lxc/200/status/stop', 'allow'],
  ['starter', 'PUT /nodes/pve1/qemu/100/config', 'allow', { cores: 1 }],
  ['starter', 'PUT /pools', passes, { poolid: 'production', comment: 'a' }],
  ['starter', 'POST /pools', 'allow', { poolid: 'a' }],
  ['west', 'GET /nodes/pve2/status', passes],
  ['west', 'GET /nodes/pve3/status', 'nodes'],
  ['west', 'GET /version', passes],
  ['west', 'GET /cluster/options', 'nodes'],
  ['west', 'GET /cluster/config/nodes', passes],
  ['west', 'DELETE /cluster/config/nodes/pve1', 'nodes'],
  ['west', 'POST /nodes/pve1/lxc/200/migrate', passes, { target: 'pve2', restart: true }],
  ['west', 'POST /nodes/pve1/qemu/101/migrate', 'nodes', { target: 'pve3' }],
  ['west', 'POST /nodes/pve1/qemu/106/clone', 'nodes', { newid: 500, target: 'pve3' }],
  ['west', 'POST /cluster/ha/resources', 'nodes', { sid: 'vm:104' }],
  ['west', 'POST /cluster/bulk-action/guest/start', 'nodes', { vms: [100, 105] }],
  ['west', 'GET /nodes/localhost/status', 'nodes'],
  ['web', 'GET /nodes/pve1/qemu/101/config', passes],
  ['web', 'GET /nodes/pve3/qemu/104/config', passes],
  ['web', 'GET /nodes/pve3/qemu/105/config', 'guests'],
  ['web', 'GET /nodes/pve3/qemu/999/config', 'guests'],
  ['web', 'GET /nodes/pve1/status', 'guests'],
  ['web', 'POST /nodes/pve1/startall', 'guests'],
  ['web', 'POST /nodes/pve1/startall', 'guests', { vms: '100,106' }],
  ['web', 'POST /nodes/pve1/startall', passes, { vms: '100,101' }],
  ['web', 'POST /nodes/pve1/vzdump', 'guests', { all: true }],
  ['web', 'POST /nodes/pve1/vzdump', 'guests', { pool: 'playground' }],
  ['web', 'POST /nodes/pve1/vzdump', 'guests', { vmid: '100,106' }],
  ['web', 'POST /nodes/pve1/qemu', 'guests', { vmid: 600 }],
  ['web', 'POST /nodes/pve1/qemu', 'guests', { vmid: 600, tags: 'other', pool: 'playground' }],
  ['web', 'POST /nodes/pve1/qemu', passes, { vmid: 600, pool: 'production' }],
  ['web', 'POST /nodes/pve1/qemu', passes, { vmid: 601, tags: 'new;ci' }],
  ['web', 'POST /nodes/pve1/qemu/100/clone', 'guests', { newid: 602 }],
  ['web', 'PUT /nodes/pve1/qemu/100/config', 'guests', { scsi5: 'local-lvm:vm-106-disk-0' }],
  [
    'web',
    'PUT /nodes/pve1/qemu/100/config',
    'guests',
    { scsi5: 'local-lvm:0,import-from=local:106/vm-106-disk-0.raw' },
  ],
  ['web', 'PUT /nodes/pve1/qemu/100/config', passes, { description: 'see vm-106-disk-0' }],
  ['web', 'DELETE /nodes/pve1/storage/local-lvm/content/vm-106-disk-0', 'guests'],
  ['web', 'PUT /pools', 'guests', { poolid: 'playground', comment: 'x' }],
  ['web', 'PUT /pools', 'guests', { poolid: 'production', vms: '106', 'allow-move': true }],
  ['web', 'PUT /cluster/backup/job', 'guests', { pool: 'production' }],
  [
    'web',
    'GET /nodes/pve1/tasks/UPID:pve1:00000001:00000001:60000000:qmstart:106:root@pam:/log',
    'guests',
  ],
  ['west-web', 'GET /nodes/pve1/qemu/100/config', passes],
  ['west-web', 'GET /nodes/pve1/qemu/106/config', 'guests'],
  ['looker', 'GET /nodes', passes],
  ['looker', 'GET /nodes/pve2/storage', passes],
  ['careful', 'PUT /nodes/pve1/qemu/100/config', passes, { cores: 4 }],
  ['careful', 'PUT /nodes/pve1/qemu/100/config', 'parameters.cores', { cores: 5 }],
  ['careful', 'PUT /nodes/pve1/qemu/100/config', 'parameters.hostpci*', { hostpci3: 'host=1' }],
  ['careful', 'POST /nodes/pve1/qemu/100/status/stop', 'parameters.skiplock', { skiplock: false }],
  ['careful', 'POST /nodes/pve1/qemu/100/clone', 'parameters.storage', { newid: 9, storage: 'a' }],
])('policy %s: %s', (policy, request, outcome, body) => {
  test(`${outcome} ${body ? JSON.stringify(body) : ''}`, async () => {
    const told = await lab.call(policy, request, body)
    const last = lab.seen().at(-1)
    if (outcome === passes) {
      expect([401, 403]).not.toContain(told.status)
      expect(last?.verb).toBe(request.split(' ', 1)[0])
    } else {
      expect(told).toMatchObject({ status: 403, body: { rule: `${policy}.${outcome}` } })
    }
  })
})

const names = async (policy: string, path: string): Promise<readonly unknown[]> => {
  const { body } = await lab.call(policy, `GET ${path}`)
  if (!Array.isArray(body)) throw new TypeError(`${path}: ${JSON.stringify(body)}`)
  return body.map(({ vmid, node, poolid }) => vmid ?? poolid ?? node)
}

const ask = async (headers: Record<string, string>) => {
  const { statusCode, headers: fields, body } = await lab.gateway.inject({ url: '/nodes', headers })
  return { status: statusCode, challenge: fields['www-authenticate'], body }
}

describe('lists hold what the policy is for', () => {
  test('nodes', async () => {
    expect(await names('west', '/nodes')).toEqual(['pve1', 'pve2'])
    const nodes = await lab.call('west', 'GET /cluster/resources?fields=node')
    expect(new Set(JSON.stringify(nodes.body).match(/pve\d/g))).toEqual(new Set(['pve1', 'pve2']))
  })

  test('guests, by pool or tag', async () => {
    // 601 may have been made by then, with the tag.
    expect([[104], [104, 601]]).toContainEqual(await names('looker', '/cluster/resources'))
    expect(await names('looker', '/nodes/pve3/qemu')).toEqual([104])
    expect(await names('web', '/pools')).toEqual(['production'])
  })

  test('on the server’s own surface as well', async () => {
    const answer = await lab.gateway.inject({
      url: '/api2/json/nodes/pve3/qemu',
      headers: { authorization: `PVEAPIToken=any@one!web=${keyOf('looker')}` },
    })
    expect(answer.json()).toMatchObject({ data: [{ vmid: 104 }] })
    expect(answer.json<{ data: unknown[] }>().data).toHaveLength(1)
  })
})

test('a refusal explains the rule', async () => {
  expect(await lab.call('west', 'GET /nodes/pve3/status')).toEqual({
    status: 403,
    body: {
      detail:
        "policy 'west' refuses it for west by its rule 'nodes': node 'pve3' is not one of its nodes; the policy is for nodes pve1, pve2",
      rule: 'west.nodes',
    },
  })
})

test('a dry run is verified, told and not made', async () => {
  const { length } = lab.seen()
  const body = { vmid: 700, cipassword: 'geheim', ide2: 'local:iso/a.iso,media=cdrom' }
  expect(await lab.call('rehearsal', 'POST /nodes/pve1/qemu', body)).toEqual({
    status: 200,
    body: {
      'dry-run': true,
      verb: 'POST',
      path: '/nodes/pve1/qemu',
      parameters: { node: 'pve1', vmid: 700, cipassword: '***', ide2: body.ide2 },
    },
  })
  expect((await lab.call('rehearsal', 'POST /nodes/pve1/qemu', { vmid: 7 })).status).toBe(422)
  const wire = await lab.gateway.inject({
    method: 'DELETE',
    url: '/api2/json/nodes/pve1/qemu/100?purge=1',
    headers: { authorization: `Bearer ${keyOf('rehearsal')}` },
  })
  expect(wire.json()).toEqual({
    data: {
      'dry-run': true,
      verb: 'DELETE',
      path: '/nodes/pve1/qemu/100',
      parameters: { node: 'pve1', vmid: '100', purge: '1' },
    },
  })
  expect(lab.seen()).toHaveLength(length)
  expect((await lab.call('rehearsal', 'GET /nodes')).status).toBe(200)
})

describe('who calls', () => {
  test('has to show a key that the gateway knows', async () => {
    const nothing = await ask({})
    expect(nothing).toMatchObject({ status: 401, challenge: 'Bearer' })
    const wrong = await ask({ authorization: 'Bearer wrong-0123456789' })
    expect(wrong).toMatchObject({ status: 401, challenge: 'Bearer' })
    expect(wrong.body).not.toContain('wrong-0123456789')
    expect((await ask({ authorization: `Bearer ${keyOf('all')}` })).status).toBe(200)
  })

  test('passes with no login of the server: those are for the gateway alone', async () => {
    const own = 'PVEAPIToken=root@pam!ci=00000000-0000-4000-8000-000000000001'
    expect((await ask({ authorization: own })).status).toBe(401)
    expect((await ask({ cookie: 'PVEAuthCookie=PVE:root@pam:1' })).status).toBe(401)
  })
})
