import { describe, expect, test } from 'vitest'
import { ConfigTree } from '../../engine/config-tree.js'
import { rightsOf } from './compute-rights.js'

function configWith(...lines: readonly string[]): ConfigTree {
  const config = new ConfigTree()
  config.write('user.cfg', `${[...users, ...lines].join('\n')}\n`)
  return config
}

const users = [
  'user:joe@pve:1:0::::::',
  'token:joe@pve!sep:0:1::',
  'token:joe@pve!full:0:0::',
  'token:root@pam!sep:0:1::',
  'group:ops:joe@pve::',
  'group:night:joe@pve::',
]

function held(config: ConfigTree, user: string, path: string): Record<string, boolean> {
  return Object.fromEntries(rightsOf(config, user).permissions(path))
}

describe('rights on a path', () => {
  test('root@pam holds everything, nobody else anything by himself', () => {
    const config = configWith()
    expect(rightsOf(config, 'root@pam').has('/anything', 'Permissions.Modify', 'VM.Audit')).toBe(
      true,
    )
    for (const user of ['joe@pve', 'ghost@pve', 'root@pam!sep', 'root@pam!ghost', '', 'x']) {
      expect(rightsOf(config, user).permissions('/').size, user).toBe(0)
    }
  })

  test('what is passed on counts below, what is not counts on its path alone', () => {
    const config = configWith(
      'acl:1:/vms:joe@pve:PVETemplateUser:',
      'acl:0:/nodes:joe@pve:PVESysAdmin:',
    )
    expect(held(config, 'joe@pve', '/vms/100')).toEqual({ 'VM.Clone': true, 'VM.Audit': true })
    expect(rightsOf(config, 'joe@pve').has('/nodes', 'Sys.Audit')).toBe(true)
    expect(rightsOf(config, 'joe@pve').has('/nodes/pve1', 'Sys.Audit')).toBe(false)
  })

  test('an entry further down replaces what came from above', () => {
    const config = configWith('acl:1:/:joe@pve:PVEAdmin:', 'acl:1:/vms/100:joe@pve:PVEPoolUser:')
    expect(held(config, 'joe@pve', '/vms/100')).toEqual({ 'Pool.Audit': true })
  })

  test('an entry for the user goes before those for groups, groups add up', () => {
    const groups = ['acl:1:/vms:@ops:PVETemplateUser:', 'acl:1:/vms:@night:PVEPoolUser:']
    expect(Object.keys(held(configWith(...groups), 'joe@pve', '/vms')).toSorted()).toEqual([
      'Pool.Audit',
      'VM.Audit',
      'VM.Clone',
    ])
    const config = configWith(...groups, 'acl:1:/vms:joe@pve:PVEMappingUser:')
    expect(rightsOf(config, 'joe@pve').has('/vms', 'VM.Audit')).toBe(false)
  })

  test('NoAccess wipes out what stands beside it', () => {
    const config = configWith('acl:1:/vms:joe@pve:PVEVMAdmin,NoAccess:')
    expect(held(config, 'joe@pve', '/vms/100')).toEqual({})
  })
})

describe('rights through a pool', () => {
  const pool = 'pool:p1::100:local:'

  test('roles on the pool count for its members, without being passed on', () => {
    const config = configWith(pool, 'acl:1:/pool/p1:joe@pve:PVETemplateUser:')
    expect(held(config, 'joe@pve', '/vms/100')).toEqual({ 'VM.Clone': false, 'VM.Audit': false })
    expect(rightsOf(config, 'joe@pve').has('/storage/local', 'VM.Audit')).toBe(true)
    expect(rightsOf(config, 'joe@pve').has('/vms/101', 'VM.Audit')).toBe(false)
  })

  test('a NoAccess on either side wins', () => {
    const guest = 'acl:1:/vms/100:joe@pve:'
    const both = configWith(pool, `${guest}PVEVMUser:`, 'acl:1:/pool/p1:joe@pve:NoAccess:')
    expect(held(both, 'joe@pve', '/vms/100')).toEqual({})
    const other = configWith(pool, `${guest}NoAccess:`, 'acl:1:/pool/p1:joe@pve:PVEVMUser:')
    expect(held(other, 'joe@pve', '/vms/100')).toEqual({})
  })

  test('what is given on a pool holds for the pools in it', () => {
    const config = configWith('pool:p1/sub::200::', 'acl:1:/pool/p1:joe@pve:PVETemplateUser:')
    expect(rightsOf(config, 'joe@pve').has('/vms/200', 'VM.Clone')).toBe(true)
  })
})

describe('rights of a token', () => {
  const owner = 'acl:1:/vms:joe@pve:PVETemplateUser:'

  test('a full one has those of its owner', () => {
    const rights = rightsOf(configWith(owner), 'joe@pve!full')
    expect(rights.user).toBe('joe@pve!full')
    expect(rights.has('/vms/100', 'VM.Clone', 'VM.Audit')).toBe(true)
  })

  test('a separated one has what both it and its owner have', () => {
    const config = configWith(owner, 'acl:0:/vms:joe@pve!sep:PVEVMUser:')
    expect(held(config, 'joe@pve!sep', '/vms')).toEqual({ 'VM.Audit': false })
    expect(held(config, 'joe@pve!sep', '/vms/100')).toEqual({})
  })

  test('a separated one of root@pam has what it is given', () => {
    const config = configWith('acl:1:/vms:root@pam!sep:PVETemplateUser:')
    expect(held(config, 'root@pam!sep', '/vms/1')).toEqual({ 'VM.Clone': true, 'VM.Audit': true })
  })
})

describe('checks', () => {
  const config = configWith('acl:1:/vms:joe@pve:PVETemplateUser:')

  test('require names the first privilege that is missing', () => {
    expect(() =>
      rightsOf(config, 'joe@pve').require('/vms/1', 'VM.Audit', 'VM.Config.CPU', 'VM.Migrate'),
    ).toThrow('Permission check failed (/vms/1, VM.Config.CPU)')
  })

  test('requireAny names all of which one would do', () => {
    expect(() =>
      rightsOf(config, 'joe@pve').requireAny('/vms/1', ['VM.Migrate', 'VM.Backup']),
    ).toThrow('Permission check failed (/vms/1, VM.Migrate|VM.Backup)')
    rightsOf(config, 'joe@pve').requireAny('/vms/1', ['VM.Migrate', 'VM.Clone'])
  })

  test('a privilege that does not exist is an error of its own', () => {
    expect(() => rightsOf(config, 'joe@pve').has('/vms/1', 'VM.Fly')).toThrow(
      "invalid privilege 'VM.Fly'",
    )
  })
})

test('rights are computed anew when user.cfg has changed, and only then', () => {
  const config = configWith('acl:1:/vms:joe@pve:PVETemplateUser:')
  const before = rightsOf(config, 'joe@pve')
  expect(rightsOf(config, 'joe@pve').permissions('/vms/1')).toBe(before.permissions('/vms/1'))
  config.write('user.cfg', `${users.join('\n')}\n`)
  expect(rightsOf(config, 'joe@pve').has('/vms/1', 'VM.Audit')).toBe(false)
})
