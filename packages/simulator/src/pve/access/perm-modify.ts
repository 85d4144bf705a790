import type { Rights } from './rights.js'

/** Privileges that stand for Permissions.Modify on single objects of an area. */
const substitutes: readonly (readonly [below: string, privilege: string])[] = [
  ['/storage/', 'Datastore.Allocate'],
  ['/vms/', 'VM.Allocate'],
  ['/pool/', 'Pool.Allocate'],
]

/** Whether the permissions of a path may be changed; `/access` for an empty one. */
export function mayModifyPermissions(rights: Rights, path: string): boolean {
  return path === ''
    ? rights.has('/access', 'Permissions.Modify')
    : rights.hasAny(path, wanted(path))
}

/**
 * Throws the vendor's 403 unless the permissions of the path may be changed.
 *
 * pve-access-control RPCEnvironment.pm: check_perm_modify
 */
export function requireModifyPermissions(rights: Rights, path: string): void {
  if (path === '') rights.require('/access', 'Permissions.Modify')
  else rights.requireAny(path, wanted(path))
}

function wanted(path: string): string[] {
  const substitute = substitutes.find(([below]) => path.startsWith(below) && path !== below)
  return ['Permissions.Modify', ...(substitute ? [substitute[1]] : [])]
}
