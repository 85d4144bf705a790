import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadDefinition } from '../load-definition.js'
import { accessModel } from './privileges.js'

const { builtInRoles, privileges } = accessModel('9.2')

test('roles: Administrator holds every privilege, NoAccess none', () => {
  expect(builtInRoles.get('Administrator')).toBe(privileges)
  expect(builtInRoles.get('NoAccess')?.size).toBe(0)
})

test('roles: PVEAdmin may do all but what only root should, and not change mappings', () => {
  const missing = [...privileges].filter(
    (privilege) => !builtInRoles.get('PVEAdmin')?.has(privilege),
  )
  expect(missing.toSorted()).toEqual([
    'Mapping.Modify',
    'Permissions.Modify',
    'Realm.Allocate',
    'Sys.AccessNetwork',
    'Sys.Incoming',
    'Sys.Modify',
    'Sys.PowerMgmt',
  ])
})

test.each(['7.4', '8.4', '9.1', '9.2'])(
  'roles: the privileges of %s are those it tells',
  (version) => {
    const definition = loadDefinition({ product: 'pve', version })
    const told = definition.method('GET', '/access/roles/{roleid}')?.returns.properties ?? {}
    expect([...accessModel(version).privileges].toSorted()).toEqual(Object.keys(told).toSorted())
  },
)

test('roles: up to 7 administrators of systems changed permissions, and nobody was one of mappings', () => {
  const former = accessModel('7.4').builtInRoles
  expect([...(former.get('PVESysAdmin') ?? [])].toSorted()).toEqual([
    'Permissions.Modify',
    'Sys.Audit',
    'Sys.Console',
    'Sys.Syslog',
  ])
  expect(former.get('PVEAdmin')?.has('Permissions.Modify')).toBe(true)
  expect(former.has('PVEMappingAdmin')).toBe(false)
  expect(former.has('PVESDNUser')).toBe(false)
})

test('roles: up to 8 one privilege was for all that the agents in guests do', () => {
  const admin = accessModel('8.4').builtInRoles.get('PVEVMAdmin')
  expect(admin?.has('VM.Monitor')).toBe(true)
  expect([...(admin ?? [])].filter((name) => name.startsWith('VM.GuestAgent.'))).toEqual([])
})

const reference = new URL('../../../../../shared/reference/roles.json', import.meta.url)

describe.skipIf(!existsSync(reference))('roles: as the original makes them', () => {
  test('every privilege and every role', () => {
    const { privileges: names, roles } = JSON.parse(readFileSync(reference, 'utf8'))
    expect([...privileges].toSorted()).toEqual(names)
    const own = [...builtInRoles].map(([role, privs]) => [role, [...privs].toSorted()])
    const given = Object.entries<{ privs: string[] }>(roles).map(([role, { privs }]) => [
      role,
      privs,
    ])
    expect(Object.fromEntries(own)).toEqual(Object.fromEntries(given))
  })
})
