import { sortedEntries } from '../../engine/sorted-entries.js'
import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { isTrue, splitList } from '../config-text.js'
import { walkAcl } from './acl-tree.js'
import { lookupUser } from './authenticate.js'
import { prepareAccountPassword, removeAccountPassword } from './account-password.js'
import { readRealms } from './realms.js'
import { requireUser } from './require-user.js'
import { lockStatus } from './tfa/factors.js'
import { readTfaConfig, removeFactors } from './tfa/tfa-config.js'
import { tokenInfo } from './tokens.js'
import {
  editUserConfig,
  groupsOf,
  readUserConfig,
  type SharedUser,
  type UserConfig,
} from './user-config.js'
import { requireUserId } from './user-id.js'
import { visibleUsers } from './visible-users.js'

// pve-access-control API2/User.pm: index
const listUsers = handle('GET', '/access/users', ({ params, cluster, user, rights }) => {
  const config = readUserConfig(cluster.config)
  const isVisible = visibleUsers(config, rights)
  const tfa = readTfaConfig(cluster.config)
  return sortedEntries(config.users).flatMap(([userid, entry]) => {
    if (userid !== user && !isVisible(userid)) return []
    if (params.enabled !== undefined && entry.enable !== isTrue(params.enabled)) return []
    const factors = tfa.users.get(userid)
    const type = readRealms(cluster.config).get(requireUserId(userid).realm)?.type
    return [
      {
        userid,
        ...userData(entry),
        ...(isTrue(params.full) && {
          groups: groupsOf(config, userid).join(','),
          tokens: tokenList(entry),
        }),
        ...(type !== undefined && { 'realm-type': type }),
        ...(factors && lockStatus(factors, cluster.now())),
      },
    ]
  })
})

// pve-access-control API2/User.pm: create_user
const createUser = handle('POST', '/access/users', async ({ params, cluster }) => {
  const { userid: given, password, enable = '1', expire } = params
  const setPassword = password === undefined ? undefined : await prepareAccountPassword(password)
  editUserConfig(cluster.config, {
    failure: 'create user failed',
    change(draft) {
      const userid = lookupUser(cluster, requireUserId(given).userid, { quiet: true })
      if (draft.users.has(userid)) throw failed(`user '${userid}' already exists`)
      setPassword?.(cluster, given)
      draft.users.set(userid, {
        enable: isTrue(enable),
        ...(isTrue(expire) && { expire: Number(expire) }),
        tokens: new Map(),
      })
      joinGroups(draft, userid, params.groups)
      setDetails(draft, userid, params)
    },
  })
})

// pve-access-control API2/User.pm: read_user
const readUser = handle('GET', '/access/users/{userid}', ({ params: { userid }, cluster }) => {
  const config = readUserConfig(cluster.config)
  const user = requireUser(config, userid)
  return {
    ...userData(user),
    groups: groupsOf(config, userid),
    tokens:
      user.tokens.size === 0
        ? null
        : Object.fromEntries([...user.tokens].map(([name, token]) => [name, tokenInfo(token)])),
  }
})

// pve-access-control API2/User.pm: update_user
const updateUser = handle('PUT', '/access/users/{userid}', ({ params, cluster }) => {
  const { userid, enable, expire, groups, append } = params
  editUserConfig(cluster.config, {
    failure: 'update user failed',
    change(draft) {
      requireUser(draft, userid)
      const user = draft.users.get(userid)
      if (user && enable !== undefined) user.enable = isTrue(enable)
      if (user && expire !== undefined) user.expire = Number(expire)
      if (groups !== undefined && !isTrue(append)) leaveGroups(draft, userid)
      joinGroups(draft, userid, groups)
      setDetails(draft, userid, params)
    },
  })
})

// pve-access-control API2/User.pm: delete_user; a user who is not there is no error
const deleteUser = handle('DELETE', '/access/users/{userid}', ({ params: { userid }, cluster }) => {
  editUserConfig(cluster.config, {
    failure: 'delete user failed',
    change(draft) {
      removeAccountPassword(cluster, userid)
      draft.users.delete(userid)
      removeFactors(cluster.config, userid)
      leaveGroups(draft, userid)
      for (const [, node] of walkAcl(draft.acl)) node.users.delete(userid)
    },
  })
})

export const userHandlers: readonly Handler[] = [
  listUsers,
  createUser,
  readUser,
  updateUser,
  deleteUser,
]

const details = ['firstname', 'lastname', 'email', 'comment', 'keys'] as const

/** pve-access-control API2/User.pm: $extract_user_data */
function userData(user: SharedUser): Record<string, string | number> {
  const data: Record<string, string | number> = { enable: user.enable ? 1 : 0 }
  if (user.expire !== undefined) data.expire = user.expire
  for (const key of details) {
    const value = user[key]
    if (value !== undefined) data[key] = value
  }
  return data
}

function tokenList({ tokens }: SharedUser): unknown {
  if (tokens.size === 0) return null
  return sortedEntries(tokens).map(([tokenid, token]) => ({ tokenid, ...tokenInfo(token) }))
}

function joinGroups(draft: UserConfig, userid: string, list: string | undefined): void {
  if (!isTrue(list)) return
  for (const id of splitList(list)) {
    const group = draft.groups.get(id)
    if (!group) throw failed(`no such group '${id}'`)
    group.users.add(userid)
  }
}

function leaveGroups(draft: UserConfig, userid: string): void {
  for (const group of draft.groups.values()) group.users.delete(userid)
}

function setDetails(
  draft: UserConfig,
  userid: string,
  given: { readonly [Key in (typeof details)[number]]?: string },
): void {
  const user = draft.users.get(userid)
  for (const key of details) {
    const value = given[key]
    if (user && value !== undefined) user[key] = value
  }
}
