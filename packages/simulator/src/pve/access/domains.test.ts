import { beforeEach, describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'

let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  simulator = createSimulator({ seed: { nodes: { pve1: {} } } })
  root = callAs(simulator)
})

const ldap = { realm: 'dir', type: 'ldap', server1: '10.0.0.1', base_dn: 'dc=x', user_attr: 'uid' }
const file = (path = 'domains.cfg'): string | undefined => simulator.snapshot().config[path]

describe('POST /access/domains', () => {
  test('writes the realm beside the two that are always there', async () => {
    expect(await root('POST /access/domains', { ...ldap, comment: 'a: b', port: 636 })).toBeNull()
    expect(file()).toBe(
      [
        'pve: pve\n\tcomment Proxmox VE authentication server\n',
        'pam: pam\n\tcomment Linux PAM standard authentication\n',
        'ldap: dir\n\tcomment a%3A b\n\tbase_dn dc=x\n\tserver1 10.0.0.1\n\tuser_attr uid\n\tport 636\n',
        '',
      ].join('\n'),
    )
  })

  test('keeps the password in a file of its own', async () => {
    await root('POST /access/domains', { ...ldap, password: 'geheim' })
    expect(file('priv/realm/dir.pw')).toBe('geheim')
    expect(file()).not.toContain('geheim')
    await root('PUT /access/domains/dir', { delete: 'password' })
    expect(file('priv/realm/dir.pw')).toBeUndefined()
  })

  test('there is one default', async () => {
    await root('POST /access/domains', { ...ldap, default: 1 })
    await root('PUT /access/domains/pam', { default: 1 })
    expect(await root('GET /access/domains')).toEqual([
      { realm: 'pve', type: 'pve', comment: 'Proxmox VE authentication server' },
      { realm: 'pam', type: 'pam', comment: 'Linux PAM standard authentication', default: 1 },
      { realm: 'dir', type: 'ldap' },
    ])
  })

  test.each([
    [{ ...ldap, realm: 'pve' }, "domain 'pve' already exists"],
    [{ ...ldap, type: 'pam' }, "unable to create builtin type 'pam'"],
    [
      { realm: 'dir', type: 'ldap', server1: 'a', user_attr: 'uid' },
      "missing value for required option 'base_dn'",
    ],
    [{ ...ldap, domain: 'x' }, "unexpected property 'domain'"],
    [{ ...ldap, 'check-connection': 1 }, 'Network is unreachable'],
    [
      {
        realm: 'oid',
        type: 'openid',
        'issuer-url': 'https://x',
        'client-id': 'y',
        'check-connection': 1,
      },
      "'check-connection' parameter can only be set for realms of type 'ldap' or 'ad'",
    ],
  ])('refuses %j', async (given, reason) => {
    expect(await root('POST /access/domains', given)).toBe(`500 add auth server failed: ${reason}`)
    expect(file()).toBeUndefined()
  })
})

describe('PUT /access/domains/{realm}', () => {
  beforeEach(async () => {
    await root('POST /access/domains', ldap)
  })

  test('deletes first, then sets', async () => {
    await root('PUT /access/domains/dir', { port: 389, server2: 'b' })
    await root('PUT /access/domains/dir', { delete: 'port,server2', port: 636 })
    expect(await root('GET /access/domains/dir')).toEqual({
      type: 'ldap',
      server1: '10.0.0.1',
      base_dn: 'dc=x',
      user_attr: 'uid',
      port: 636,
      digest: expect.stringMatching(/^[0-9a-f]{40}$/),
    })
  })

  test('says in new words what old sync options say', async () => {
    await root('PUT /access/domains/dir', { 'sync-defaults-options': 'purge=1,full=1,scope=users' })
    expect(await root('GET /access/domains/dir')).toMatchObject({
      'sync-defaults-options': 'remove-vanished=entry;properties;acl,scope=users',
    })
  })

  test.each([
    ['dir', {}, 'no options specified'],
    [
      'dir',
      { comment: 'x', digest: '0'.repeat(40) },
      'detected modified configuration - file changed by other user? Try again.',
    ],
    ['dir', { delete: 'base_dn' }, "section 'dir' - missing value for required option 'base_dn'"],
  ])('refuses %s %j', async (realm, given, reason) => {
    expect(await root(`PUT /access/domains/${realm}`, given)).toBe(
      `500 update auth server failed: ${reason}`,
    )
  })
})

test('DELETE /access/domains/{realm}: a built-in realm comes back as it was at first', async () => {
  await root('PUT /access/domains/pve', { comment: 'mine' })
  expect(await root('DELETE /access/domains/pve')).toBeNull()
  expect(await root('GET /access/domains/pve')).toMatchObject({
    comment: 'Proxmox VE authentication server',
  })
  expect(await root('DELETE /access/domains/none')).toBe(
    "500 delete auth server failed: authentication domain 'none' does not exist",
  )
})

describe('POST /access/domains/{realm}/sync', () => {
  test('is a task that finds no directory', async () => {
    await root('POST /access/domains', ldap)
    const upid = await root('POST /access/domains/dir/sync', { scope: 'both', 'dry-run': 1 })
    await simulator.idle()
    expect(simulator.snapshot().tasks.find((task) => task.upid === upid)).toMatchObject({
      type: 'auth-realm-sync-test',
      id: 'dir',
      exitStatus: 'Network is unreachable',
      log: ['(dry test run) starting sync for realm dir', 'TASK ERROR: Network is unreachable'],
    })
  })

  test.each([
    ['none', {}, { status: 400, errors: { realm: 'Realm does not exist.' } }],
    ['pve', {}, "500 Cannot sync realm type 'pve'! Only LDAP/AD realms can be synced."],
    [
      'dir',
      {},
      {
        status: 400,
        errors: { scope: 'Not passed as parameter and not defined in realm default sync options.' },
      },
    ],
  ])('of %s is refused', async (realm, params, refusal) => {
    await root('POST /access/domains', ldap)
    expect(await root(`POST /access/domains/${realm}/sync`, params)).toEqual(refusal)
  })
})

test('POST /access/openid/auth-url: is for realms of that type', async () => {
  const question = { realm: 'pve', 'redirect-url': 'https://x' }
  expect(await root('POST /access/openid/auth-url', question)).toBe(
    '500 wrong realm type (pve != openid)',
  )
})
