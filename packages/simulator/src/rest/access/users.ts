import { hashPassword } from '../../pve/access/password.js'
import {
  handleRest,
  isSet,
  listOf,
  needText,
  numberOf,
  textOf,
  type RestContext,
  type RestHandler,
} from '../context.js'
import { bad, unauthorized } from '../rest-fault.js'
import type { RestParams } from '../verify-parameters.js'
import { ownerOf, realmOf } from './auth-id.js'
import { readTokenHashes, writeTokenHashes } from './identify.js'
import { requirePassword } from './login.js'
import { requireRealm } from './realms.js'
import { userFile } from './user-file.js'

const path = '/access/users'

// proxmox-backup src/api2/access/user.rs: list_users
const list = handleRest('GET', path, ({ params, cluster, rights, user, product, tell }) => {
  tell('digest', userFile.digest(cluster))
  const all = [...userFile.sections(cluster).values()]
  const seesAll = rights.hasAll('/access/users', product.privilege.audit)
  return all
    .filter(({ type, id }) => type === 'user' && (seesAll || id === ownerOf(user)))
    .map((section) => ({
      ...userFile.shown(section),
      ...(isSet(params, 'include_tokens') && {
        tokens: all
          .filter(({ type, id }) => type === 'token' && ownerOf(id) === section.id)
          .map((token) => userFile.shown(token)),
      }),
    }))
})

// proxmox-backup src/api2/access/user.rs: create_user
const create = handleRest('POST', path, async (context) => {
  const { params, cluster } = context
  const { password, userid: _, ...data } = params
  const userid = needText(params, 'userid')
  if (userFile.sections(cluster).has(userid)) throw bad(`user '${userid}' already exists.`)
  requireRealm(context, cluster, realmOf(userid))
  userFile.put(cluster, { type: 'user', id: userid, data })
  if (typeof password === 'string') await storePassword(context, userid, password)
})

// proxmox-backup src/api2/access/user.rs: read_user
const read = handleRest('GET', `${path}/{userid}`, ({ params, cluster, tell }) => {
  const section = userFile.lookup(cluster, 'user', needText(params, 'userid'))
  tell('digest', userFile.digest(cluster))
  return userFile.shown(section)
})

// proxmox-backup src/api2/access/user.rs: update_user
const update = handleRest('PUT', `${path}/{userid}`, async (context) => {
  const { params, cluster } = context
  const userid = needText(params, 'userid')
  const password = textOf(params, 'password')
  if (password !== undefined) await reauthenticate(context, password)
  userFile.requireDigest(cluster, params.digest)
  const present = userFile.lookup(cluster, 'user', userid)
  const data: Record<string, unknown> = { ...present.data }
  for (const name of listOf(params, 'delete')) delete data[name]
  Object.assign(data, changedAccount(params))
  for (const name of ['firstname', 'lastname', 'email']) {
    const value = textOf(params, name)
    if (value !== undefined) data[name] = value === '' ? undefined : value
  }
  if (password !== undefined) await storePassword(context, userid, password)
  userFile.put(cluster, { ...present, data })
})

// proxmox-backup src/api2/access/user.rs: delete_user
const remove = handleRest('DELETE', `${path}/{userid}`, ({ params, cluster }) => {
  const userid = needText(params, 'userid')
  userFile.requireDigest(cluster, params.digest)
  const all = userFile.sections(cluster)
  if (!all.has(userid)) throw bad(`user '${userid}' does not exist.`)
  userFile.remove(cluster, userid)
  cluster.state.passwords.delete(userid)
  const tokens = [...all.keys()].filter((id) => id !== userid && ownerOf(id) === userid)
  if (tokens.length === 0 || cluster.definition.id.product === 'pbs') return
  const hashes = readTokenHashes(cluster)
  for (const id of tokens) {
    userFile.remove(cluster, id)
    delete hashes[id]
  }
  writeTokenHashes(cluster, hashes)
})

// proxmox-backup src/api2/access/mod.rs: change_password
const changePassword = handleRest('PUT', '/access/password', async (context) => {
  const { params, cluster, user, rights, product } = context
  const userid = needText(params, 'userid')
  await reauthenticate(context, textOf(params, 'confirmation-password'))
  if (ownerOf(user) !== userid && !userFile.sections(cluster).has(userid)) {
    throw unauthorized(`user '${userid}' does not exists.`)
  }
  if (user !== ownerOf(user)) throw bad('API tokens cannot access this API endpoint')
  const isAllowed =
    userid === user ||
    rights.isSuperuser ||
    (rights.hasAll('/', product.privilege.aclModify) && realmOf(userid) !== 'pam')
  if (!isAllowed) throw bad('you are not authorized to change the password.')
  requireRealm(context, cluster, realmOf(userid))
  cluster.state.passwords.set(userid, await hashPassword(needText(params, 'password')))
})

export const userHandlers: readonly RestHandler[] = [
  list,
  create,
  read,
  update,
  remove,
  changePassword,
]

/** What a change of a user or a token does to the options that both have. */
export function changedAccount(params: RestParams): Record<string, unknown> {
  const comment = textOf(params, 'comment')?.trim()
  const { enable } = params
  const expire = numberOf(params, 'expire')
  return {
    ...(comment !== undefined && { comment: comment === '' ? undefined : comment }),
    ...(typeof enable === 'boolean' && { enable: enable ? undefined : false }),
    ...(expire !== undefined && { expire: expire > 0 ? expire : undefined }),
  }
}

/** proxmox-backup src/api2/access/mod.rs: user_update_auth */
async function reauthenticate(
  { cluster, user, rights }: RestContext,
  password: string | undefined,
): Promise<void> {
  if (rights.isSuperuser) return
  if (password === undefined) throw unauthorized('missing password')
  try {
    await requirePassword(cluster, ownerOf(user), password)
  } catch (error) {
    throw unauthorized(error instanceof Error ? error.message : String(error))
  }
}

async function storePassword(
  { cluster, rights, user }: RestContext,
  userid: string,
  password: string,
): Promise<void> {
  if (realmOf(userid) === 'pam' && !rights.isSuperuser && ownerOf(user) !== userid) {
    throw bad('only superuser can edit pam credentials!')
  }
  cluster.state.passwords.set(userid, await hashPassword(password))
}
