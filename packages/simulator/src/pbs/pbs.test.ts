import { loadDefinition } from '@proxkit/schema'
import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../test/api-caller.js'
import { createSimulator, instantClock, type Simulator } from '../index.js'

let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  simulator = createSimulator({
    definition: loadDefinition({ product: 'pbs', version: '4.2' }),
    clock: instantClock({ start: Date.UTC(2026, 0, 5) }),
    seed: {
      nodes: { backup: {} },
      users: {
        'alice@pbs': {
          password: 'alice-secret',
          tokens: { ci: { secret: '00000000-0000-4000-8000-000000000001' } },
        },
      },
      acl: [
        { path: '/datastore/store1', role: 'DatastoreAudit', user: 'alice@pbs' },
        { path: '/datastore', role: 'DatastoreAdmin', token: 'alice@pbs!ci' },
      ],
      datastores: { store1: { comment: 'first' } },
    },
  })
  root = callAs(simulator)
})

function fetchApi(path: string, init: RequestInit = {}): Promise<Response> {
  return simulator.fetch(new Request(`https://backup:8007/api2${path}`, init))
}

async function statusWith(authorization: string): Promise<number> {
  return (await fetchApi('/json/version', { headers: { authorization } })).status
}

async function login(): Promise<{ ticket: string; csrf: string }> {
  const response = await fetchApi('/json/access/ticket', {
    method: 'POST',
    body: new URLSearchParams({ username: 'root@pam', password: 'proxkit' }),
  })
  const { data }: { data: { ticket: string; CSRFPreventionToken: string } } = JSON.parse(
    await response.text(),
  )
  return { ticket: data.ticket, csrf: data.CSRFPreventionToken }
}

describe('the wire of a backup server', () => {
  it('gives a ticket for a password, and takes it as either cookie', async () => {
    const { ticket, csrf } = await login()
    expect(ticket).toMatch(/^PBS:root@pam:[\dA-F]{8}::[A-Za-z\d+/]+$/)
    for (const name of ['PBSAuthCookie', '__Host-PBSAuthCookie']) {
      const headers = { cookie: `${name}=${encodeURIComponent(ticket)}` }
      const response = await fetchApi('/json/access/users', { headers })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/json;charset=UTF-8')
    }
    const cookie = `PBSAuthCookie=${encodeURIComponent(ticket)}`
    const body = new URLSearchParams({ userid: 'bob@pbs' })
    const without = await fetchApi('/json/access/users', {
      method: 'POST',
      body,
      headers: { cookie },
    })
    expect([without.status, await without.text()]).toEqual([401, 'authentication failed'])
    const headers = { cookie, csrfpreventiontoken: csrf }
    const made = await fetchApi('/json/access/users', { method: 'POST', body, headers })
    expect([made.status, await made.json()]).toEqual([200, { data: null }])
  })

  it('has a colon between a token and its secret', async () => {
    const id = 'alice@pbs!ci'
    const secret = '00000000-0000-4000-8000-000000000001'
    expect(await statusWith(`PBSAPIToken=${id}:${secret}`)).toBe(200)
    expect(await statusWith(`PBSAPIToken ${id}:${secret}`)).toBe(200)
    expect(await statusWith(`PBSAPIToken=${id}=${secret}`)).toBe(401)
    expect(await statusWith(`PBSAPIToken=${id}:00000000-0000-4000-8000-000000000002`)).toBe(401)
  })

  it('tells errors as plain text, to Ext JS as an object', async () => {
    const { ticket } = await login()
    const headers = { cookie: `PBSAuthCookie=${encodeURIComponent(ticket)}` }
    const wrong = await fetchApi('/json/nodes/backup/tasks?limit=many&what=1', { headers })
    expect([wrong.status, await wrong.text()]).toEqual([
      400,
      "parameter verification failed:\n- 'limit': invalid digit found in string\n- 'what': schema does not allow additional properties.",
    ])
    const extjs = await fetchApi('/extjs/nodes/backup/tasks?limit=many', { headers })
    expect([extjs.status, await extjs.json()]).toEqual([
      200,
      {
        success: false,
        status: 400,
        message: 'parameter verification errors',
        errors: { limit: 'invalid digit found in string' },
      },
    ])
    const missing = await fetchApi('/json/no/such', { headers })
    expect([missing.status, await missing.text()]).toEqual([
      404,
      "Path '/api2/json/no/such' not found.",
    ])
    expect((await fetchApi('/json/ping')).status).toBe(200)
  })

  it('takes JSON with types, and refuses texts in their place', async () => {
    const { ticket, csrf } = await login()
    const headers = {
      cookie: `PBSAuthCookie=${encodeURIComponent(ticket)}`,
      csrfpreventiontoken: csrf,
      'content-type': 'application/json',
    }
    const post = (body: unknown): Promise<Response> =>
      fetchApi('/json/access/users', { method: 'POST', body: JSON.stringify(body), headers })
    expect((await post({ userid: 'carol@pbs', enable: false })).status).toBe(200)
    const refused = await post({ userid: 'dora@pbs', enable: '0' })
    expect(await refused.text()).toBe(
      "parameter verification failed - 'enable': Expected boolean value.",
    )
  })
})

describe('users of a backup server', () => {
  it('are made, changed and removed', async () => {
    await root('POST /access/users', {
      userid: 'bob@pbs',
      password: 'bob-secret',
      email: 'b@one.test',
    })
    expect(await root('POST /access/users', { userid: 'bob@pbs' })).toBe(
      "400 user 'bob@pbs' already exists.",
    )
    await root('PUT /access/users/bob@pbs', { enable: false, comment: ' second ' })
    expect(await root('GET /access/users/bob@pbs')).toEqual({
      userid: 'bob@pbs',
      email: 'b@one.test',
      enable: false,
      comment: 'second',
    })
    expect(simulator.snapshot().config['user.cfg']).toContain(
      'user: bob@pbs\n\tcomment second\n\temail b@one.test\n\tenable false\n',
    )
    await root('DELETE /access/users/bob@pbs')
    expect(await root('GET /access/users/bob@pbs')).toBe("400 no such user 'bob@pbs'")
    expect(await root('POST /access/users', { userid: 'x@nowhere' })).toBe(
      "400 unknown realm 'nowhere'",
    )
  })

  it('have tokens, which do no more than their user', async () => {
    const made = await root('POST /access/users/alice@pbs/token/second')
    expect(made).toEqual({
      tokenid: 'alice@pbs!second',
      value: expect.stringMatching(/^[\da-f-]{36}$/),
    })
    const token = callAs(simulator, 'alice@pbs!ci')
    expect(await token('GET /access/permissions', { path: '/datastore/store1' })).toEqual({
      '/datastore/store1': { 'Datastore.Audit': true },
    })
    expect(await token('GET /access/permissions', { path: '/datastore/other' })).toEqual({})
  })

  it('see what their rights let them', async () => {
    const alice = callAs(simulator, 'alice@pbs')
    expect(await alice('GET /access/users')).toEqual([{ userid: 'alice@pbs' }])
    expect(await alice('GET /nodes/backup/status')).toBe('403 permission check failed')
    expect(
      await alice('PUT /access/acl', { path: '/', role: 'Admin', 'auth-id': 'alice@pbs' }),
    ).toBe('400 Unprivileged users can only set ACL items for API tokens.')
  })

  it('get roles at paths that can be', async () => {
    await root('PUT /access/acl', { path: '/system', role: 'Audit', 'auth-id': 'alice@pbs' })
    expect(simulator.snapshot().config['acl.cfg']).toBe(
      'acl:1:/datastore:alice@pbs!ci:DatastoreAdmin\n' +
        'acl:1:/datastore/store1:alice@pbs:DatastoreAudit\n' +
        'acl:1:/system:alice@pbs:Audit\n',
    )
    expect(
      await root('PUT /access/acl', { path: '/nodes', role: 'Audit', 'auth-id': 'alice@pbs' }),
    ).toBe("400 invalid acl path '/nodes'.")
    await root('PUT /access/acl', {
      path: '/system',
      role: 'Audit',
      'auth-id': 'alice@pbs',
      delete: true,
    })
    expect(await root('GET /access/acl', { path: '/system' })).toEqual([])
  })
})

describe('the node of a backup server', () => {
  it('runs tasks with a grammar of their own', async () => {
    const upid = await root('POST /nodes/backup/services/cron/restart')
    expect(upid).toMatch(
      /^UPID:backup:[\dA-F]{8}:[\dA-F]{8}:00000000:[\dA-F]{8}:srvrestart:cron:root@pam:$/,
    )
    await simulator.idle()
    expect(await root(`GET /nodes/backup/tasks/${String(upid)}/status`)).toMatchObject({
      type: 'srvrestart',
      id: 'cron',
      status: 'stopped',
      exitstatus: 'OK',
    })
    expect(await root(`GET /nodes/localhost/tasks/${String(upid)}/log`)).toEqual([
      { n: 1, t: '2026-01-05T00:00:00+00:00: TASK OK' },
    ])
    expect(await root('GET /nodes/elsewhere/tasks')).toEqual({
      status: 400,
      errors: { node: "no such node 'elsewhere'" },
    })
  })
})

describe('configuration of a backup server', () => {
  it('is kept in sections', async () => {
    const job = { id: 'daily', store: 'store1', schedule: 'daily', 'keep-last': 3 }
    await root('POST /config/prune', job)
    expect(simulator.snapshot().config['prune.cfg']).toBe(
      'prune: daily\n\tkeep-last 3\n\tschedule daily\n\tstore store1\n',
    )
    expect(await root('POST /config/prune', job)).toEqual({
      status: 400,
      errors: { id: "job 'daily' already exists." },
    })
    await root('PUT /config/prune/daily', { 'keep-daily': 7, delete: ['keep-last'] })
    expect(await root('GET /config/prune/daily')).toEqual({
      id: 'daily',
      store: 'store1',
      schedule: 'daily',
      'keep-daily': 7,
    })
    expect(await root('PUT /config/prune/daily', { disable: true, digest: '0'.repeat(64) })).toBe(
      '400 detected modified configuration - file changed by other user? Try again.',
    )
    await root('DELETE /config/prune/daily')
    expect(await root('DELETE /config/prune/daily')).toBe("404 job 'daily' does not exist.")
    expect(await root('GET /config/prune/daily')).toBe("400 no such prune 'daily'")
  })
})
