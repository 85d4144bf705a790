import { beforeEach, describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { instantClock } from '../../engine/clock.js'

let simulator: Simulator
let root: ApiCaller

beforeEach(async () => {
  simulator = createSimulator({
    clock: instantClock(),
    seed: {
      nodes: { pve1: {} },
      users: { 'gone@dir': {}, 'ann@dir': { comment: 'kept', enabled: false } },
      groups: { 'old-dir': { members: ['gone@dir'] }, own: { members: ['gone@dir'] } },
      acl: [
        { path: '/vms', user: 'gone@dir', role: 'PVEVMUser' },
        { path: '/vms', group: 'old-dir', role: 'PVEVMUser' },
      ],
      identityServers: {
        'ldap.example.test': {
          bind: { dn: 'cn=search', password: 'looking' },
          users: {
            ann: {
              password: 'ann-secret',
              attributes: { mail: 'ann@example.test', givenName: 'Ann' },
            },
            bob: { password: 'bob-secret', attributes: { expire: 'soon', size: '43' } },
            'no:name': {},
          },
          groups: { staff: ['ann', 'bob', 'stranger'], 'bad name': [] },
        },
      },
    },
  })
  root = callAs(simulator)
  await root('POST /access/domains', {
    realm: 'dir',
    type: 'ldap',
    server1: 'ldap.example.test',
    base_dn: 'dc=example,dc=test',
    bind_dn: 'cn=search',
    password: 'looking',
    user_attr: 'uid',
    sync_attributes: 'email=mail,firstname=givenName,shoe=size',
  })
})

async function sync(params: Record<string, string | number>): Promise<unknown> {
  const upid = await root('POST /access/domains/dir/sync', params)
  await simulator.idle()
  return simulator.snapshot().tasks.find((task) => task.upid === upid)?.log
}

const userConfig = (): string[] | undefined =>
  simulator
    .snapshot()
    .config['user.cfg']?.split('\n')
    .filter((line) => /dir/.test(line))

describe('POST /access/domains/{realm}/sync', () => {
  test('takes over the users and groups of a directory', async () => {
    expect(await sync({ scope: 'both' })).toEqual([
      'starting sync for realm dir',
      "skipping bad 'sync_attributes' entry – 'shoe' is not a valid target attribute",
      "skipping attribute mapping 'expire'->'expire' for user 'bob@dir' - 400 invalid value 'soon'",
      "_root: type check ('integer') failed - got 'soon'",
      "value 'no:name@dir' does not look like a valid user name",
      "group name 'bad name-dir' contains invalid characters",
      'got data from server, updating users and groups',
      'syncing users (remove-vanished opts: none)',
      "updating user 'ann@dir'",
      "adding user 'bob@dir'",
      'syncing groups (remove-vanished opts: none)',
      "adding group 'staff-dir'",
      'successfully updated users and groups configuration',
      'TASK OK',
    ])
    expect(userConfig()).toEqual([
      'user:ann@dir:0:0:Ann::ann@example.test:kept::',
      'user:bob@dir:1:0::::::',
      'user:gone@dir:1:0::::::',
      'group:old-dir:gone@dir::',
      'group:own:gone@dir::',
      'group:staff-dir:ann@dir,bob@dir::',
      'acl:1:/vms:@old-dir,gone@dir:PVEVMUser:',
    ])
  })

  test('removes what has vanished, as far as it is told to', async () => {
    expect(
      await sync({ scope: 'both', 'remove-vanished': 'acl;entry;properties', 'enable-new': 0 }),
    ).toEqual(
      expect.arrayContaining([
        'syncing users (remove-vanished opts: acl;entry;properties)',
        'deleting outdated existing users first',
        "remove user 'gone@dir'",
        "purge users 'gone@dir' ACL entries",
        "overwriting user 'ann@dir'",
        "remove group 'old-dir'",
        "purge groups 'old-dir' ACL entries",
      ]),
    )
    expect(userConfig()).toEqual([
      'user:ann@dir:0:0:Ann::ann@example.test:::',
      'user:bob@dir:0:0::::::',
      'group:own:gone@dir::',
      'group:staff-dir:ann@dir,bob@dir::',
    ])
  })

  test('groups are not looked at where only users are wanted', async () => {
    const log = await sync({ scope: 'users' })
    expect(log).not.toContain("group name 'bad name-dir' contains invalid characters")
  })

  test('the options of old do nothing', async () => {
    const log = await sync({ scope: 'both', full: 1, purge: 1 })
    expect(log).toContain('syncing users (remove-vanished opts: none)')
  })

  test('keeps to the scope, and a test run to itself', async () => {
    const before = userConfig()
    expect(await sync({ scope: 'groups', 'dry-run': 1 })).toContain(
      'NOTE: Dry test run, changes were NOT written to the configuration.',
    )
    expect(userConfig()).toEqual(before)
    await sync({ scope: 'groups' })
    expect(userConfig()).not.toContain('user:bob@dir:1:0::::::')
    expect(userConfig()).toContain('group:staff-dir:ann@dir,bob@dir::')
  })

  test('needs the password that the directory wants', async () => {
    const wrong = { 'check-connection': 1, password: 'wrong' }
    expect(await root('PUT /access/domains/dir', wrong)).toBe(
      '500 update auth server failed: ldap bind failed: Invalid credentials',
    )
    expect(await root('PUT /access/domains/dir', { delete: 'password' })).toBeNull()
    expect(await sync({ scope: 'users' })).toContain('TASK ERROR: missing password for realm dir')
  })
})

test('POST /access/ticket: a directory knows the passwords of its users', async () => {
  await sync({ scope: 'users', 'remove-vanished': 'properties' })
  await root('PUT /access/users/ann@dir', { enable: 1 })
  const login = (username: string, password: string): Promise<unknown> =>
    root('POST /access/ticket', { username, password })
  expect(await login('ann@dir', 'ann-secret')).toMatchObject({ username: 'ann@dir' })
  expect(await login('ann@dir', 'wrong')).toBe('401 authentication failure')
  expect(await login('gone@dir', 'ann-secret')).toBe('401 authentication failure')
})
