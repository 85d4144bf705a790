import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'
import { isSince } from '../version.js'
import { editUserConfig, readUserConfig } from './user-config.js'

// pve-access-control API2/Role.pm: index
const listRoles = handle('GET', '/access/roles', ({ cluster }) => {
  const { roles, model } = readUserConfig(cluster.config)
  return [...roles].map(([roleid, privs]) => ({
    roleid,
    privs: [...privs].toSorted().join(','),
    special: model.builtInRoles.has(roleid) ? 1 : 0,
  }))
})

// pve-access-control API2/Role.pm: create_role; the namespace is closed since 8.0.0
const createRole = handle('POST', '/access/roles', ({ params: { roleid, privs }, cluster }) => {
  const given = parsePrivileges(cluster, privs)
  if (/^PVE/i.test(roleid) && isSince(cluster, '8.0')) {
    throw invalidParameters({
      roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace",
    })
  }
  editUserConfig(cluster.config, {
    failure: 'create role failed',
    change({ roles }) {
      if (roles.has(roleid)) throw failed(`role '${roleid}' already exists`)
      roles.set(roleid, given)
    },
  })
})

// pve-access-control API2/Role.pm: read_role
const readRole = handle('GET', '/access/roles/{roleid}', ({ params: { roleid }, cluster }) => {
  const role = requireRole(readUserConfig(cluster.config).roles, roleid)
  return Object.fromEntries([...role].map((privilege) => [privilege, 1]))
})

// pve-access-control API2/Role.pm: update_role
const updateRole = handle('PUT', '/access/roles/{roleid}', ({ params, cluster }) => {
  const { roleid, privs, append } = params
  const given = parsePrivileges(cluster, privs)
  if (isBuiltIn(cluster, roleid)) {
    throw failed(`auto-generated role '${roleid}' cannot be modified`)
  }
  editUserConfig(cluster.config, {
    failure: 'update role failed',
    change({ roles }) {
      const present = requireRole(roles, roleid)
      roles.set(roleid, new Set([...(isTrue(append) ? present : []), ...given]))
    },
  })
})

// pve-access-control API2/Role.pm: delete_role; what was given with the role stays in the file until its next change
const deleteRole = handle('DELETE', '/access/roles/{roleid}', ({ params: { roleid }, cluster }) => {
  if (isBuiltIn(cluster, roleid)) {
    throw failed(`auto-generated role '${roleid}' cannot be deleted`)
  }
  editUserConfig(cluster.config, {
    failure: 'delete role failed',
    change({ roles }) {
      requireRole(roles, roleid)
      roles.delete(roleid)
    },
  })
})

export const roleHandlers: readonly Handler[] = [
  listRoles,
  createRole,
  readRole,
  updateRole,
  deleteRole,
]

type Role = ReadonlySet<string>

function requireRole(roles: ReadonlyMap<string, Role>, roleid: string): Role {
  const role = roles.get(roleid)
  if (!role) throw failed(`role '${roleid}' does not exist`)
  return role
}

function isBuiltIn({ config }: Cluster, roleid: string): boolean {
  return readUserConfig(config).model.builtInRoles.has(roleid)
}

/** The format of the parameter takes the privileges of every version. pve-access-control AccessControl.pm: verify_privname */
function parsePrivileges({ config }: Cluster, list: string | undefined): Role {
  const { privileges } = readUserConfig(config).model
  const names = splitList(isTrue(list) ? list : '')
  const unknown = names.find((name) => !privileges.has(name))
  if (unknown !== undefined) {
    throw invalidParameters({ privs: `invalid format - invalid privilege '${unknown}'\n` })
  }
  return new Set(names)
}
