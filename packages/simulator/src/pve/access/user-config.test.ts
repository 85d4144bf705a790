import { describe, expect, test } from 'vitest'
import { ConfigTree } from '../../engine/config-tree.js'
import { failed, invalidParameters } from '../../engine/fault.js'
import { formatUserConfig } from './format-user-config.js'
import { parseUserConfig } from './parse-user-config.js'
import { editUserConfig, groupsOf, readUserConfig } from './user-config.js'

const text = `user:alice@pve:1:0:Al%3A:K%C3%B6nig:al@x.y:c:x:
token:alice@pve!ci:1900000000:1:for builds:
user:root@pam:1:0::::::

group:ops:alice@pve:staff:

pool:p1:one:100,1000,101:local:
pool:p1/sub::::

role:Own:VM.Audit,VM.PowerMgmt:

acl:0:/:alice@pve:PVEAuditor:
acl:1:/pool/p1:@ops,alice@pve!ci:Own,PVEVMUser:
`

describe('parseUserConfig', () => {
  test('reads users, tokens, groups, roles and pools', () => {
    const config = parseUserConfig(text)
    expect(config.users.get('alice@pve')).toEqual({
      enable: true,
      expire: 0,
      firstname: 'Al:',
      lastname: 'König',
      email: 'al@x.y',
      comment: 'c',
      keys: 'x',
      tokens: new Map([['ci', { privsep: true, expire: 1_900_000_000, comment: 'for builds' }]]),
    })
    expect(groupsOf(config, 'alice@pve')).toEqual(['ops'])
    expect([...(config.roles.get('Own') ?? [])]).toEqual(['VM.Audit', 'VM.PowerMgmt'])
    expect([...(config.pools.get('p1')?.vms ?? [])]).toEqual([100, 1000, 101])
    expect(config.poolOfGuest.get(1000)).toBe('p1')
  })

  test('a nested pool brings the pools that it lies in', () => {
    expect([...parseUserConfig('pool:a/b/c::::').pools.keys()].toSorted()).toEqual([
      'a',
      'a/b',
      'a/b/c',
    ])
  })

  test('root@pam is there even when the file does not name him', () => {
    expect(parseUserConfig('').users.get('root@pam')).toEqual({ enable: true, tokens: new Map() })
  })

  test('a line cannot change a built-in role', () => {
    expect([
      ...(parseUserConfig('role:PVEPoolUser:VM.Audit:').roles.get('PVEPoolUser') ?? []),
    ]).toEqual(['Pool.Audit'])
  })

  test.each([
    ['user:x:1:0:', "ignore user 'x' - invalid user name"],
    ['user:a@pve:1:abc:', "ignore user 'a@pve' - (illegal characters in expire 'abc')"],
    ['token:a@pve!ci:0:1::', "ignore token 'a@pve!ci' - user does not exist"],
    ['group:a b:::', "ignore group 'a b' - invalid characters in group name"],
    ['group:g:ghost@pve::', "ignore invalid group member 'ghost@pve'"],
    ['role:r:VM.Fly:', "ignore invalid privilege 'VM.Fly'"],
    ['acl:1:/:root@pam:Nope:', "ignore invalid acl role 'Nope'"],
    ['acl:1:/a b:root@pam:PVEAdmin:', "ignore invalid path in acl '/a b'"],
    ['pool:p::1x::', "ignore invalid vmid '1x' in pool 'p'"],
    ['pool:p:::1s:', "ignore invalid storage '1s' in pool 'p'"],
    ['what:ever', 'ignore config line: what:ever'],
    ['group:0::', "ignore group '0' - invalid characters in group name"],
    ['role:0::', "ignore role '0' - invalid characters in role name"],
    ['pool:0::::', "ignore pool '0' - invalid characters in pool name"],
    ['acl:1:/:root@pam:0:', "ignore invalid role name '0' in acl"],
  ])('%s: %s', (line, warning) => {
    const warnings: string[] = []
    parseUserConfig(line, { warn: (message) => warnings.push(message) })
    expect(warnings).toEqual([`user config - ${warning}`])
  })
})

test('formatUserConfig: writes back what was read, in the order of the original', () => {
  const written = formatUserConfig(parseUserConfig(text))
  expect(written).toBe(text)
})

describe('editUserConfig', () => {
  test('writes what the change made of the present state', () => {
    const config = new ConfigTree()
    config.write('user.cfg', text)
    editUserConfig(config, {
      failure: 'change failed',
      change: ({ groups }) => groups.delete('ops'),
    })
    expect(readUserConfig(config).groups.size).toBe(0)
  })

  test('a change that fails leaves the file alone and says what failed', () => {
    const config = new ConfigTree()
    config.write('user.cfg', text)
    const options = { failure: 'change failed', change: throwing(failed('no reason')) }
    expect(() => editUserConfig(config, options)).toThrow('change failed: no reason')
    expect(config.read('user.cfg')).toBe(text)
  })

  test('refused parameters become part of one text', () => {
    const change = throwing(invalidParameters({ role: 'not yours' }))
    expect(() => editUserConfig(new ConfigTree(), { failure: 'f', change })).toThrow(
      'f: 400 Parameter verification failed.\nrole: not yours',
    )
  })
})

function throwing(error: Error): () => never {
  return () => {
    throw error
  }
}
