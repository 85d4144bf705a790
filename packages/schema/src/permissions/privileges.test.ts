import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { builtInRoles, privileges } from './privileges.js'

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
