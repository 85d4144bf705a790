import { Fault, failed, permissionDenied } from '../engine/fault.js'
import type { Handler } from '../engine/handle.js'
import { hashPassword, verifyPassword } from '../pve/access/password.js'
import type { Cluster } from '../pve/cluster.js'
import { splitList } from '../pve/config-text.js'
import { prefixed } from '../pve/stored/collection.js'
import { text, type StoredContext, type StoredParams } from '../pve/stored/stored-handler.js'
import { handlePmg } from './handle-pmg.js'
import { readUsers, roleOf, writeUsers, type PmgUser } from './user-config.js'

// pmg-api PMG/API2/AccessControl.pm: create_ticket
const createTicket = handlePmg('POST', '/access/ticket', async ({ params, cluster }) => {
  const given = text(params, 'username')
  const full = /@(?:pam|pmg)$/.test(given)
    ? given
    : `${given}@${text(params, 'realm') || 'quarantine'}`
  const username = full === 'root@pmg' ? 'root@pam' : full
  const role = roleOf(cluster, username)
  try {
    if (role === undefined) throw failed(`user '${username}' is disabled`)
    await authenticate(cluster, username, text(params, 'password'))
  } catch {
    throw new Fault(401, 'authentication failure')
  }
  if (params.path !== undefined) return { username }
  return {
    role,
    username,
    ticket: await cluster.tickets.issue(username),
    CSRFPreventionToken: cluster.tickets.csrfToken(username),
  }
})

// pmg-api PMG/API2/AccessControl.pm: get_ticket
const ticketPage = handlePmg('GET', '/access/ticket', () => null)

// pmg-api PMG/API2/AccessControl.pm: change_password
const changePassword = handlePmg('PUT', '/access/password', async ({ params, cluster, user }) => {
  const userid = text(params, 'userid')
  if (user !== 'root@pam' && !(userid.endsWith('@pmg') && user === userid)) throw permissionDenied()
  await setPassword(cluster, userid, text(params, 'password'))
})

// pmg-api PMG/API2/AuthRealm.pm: index
const realms = handlePmg('GET', '/access/auth-realm', () => [
  { realm: 'pam', type: 'pam', comment: 'Linux PAM standard authentication' },
  { realm: 'pmg', type: 'pmg', comment: 'Proxmox Mail Gateway authentication server', default: 1 },
])

// pmg-api PMG/API2/Users.pm: index
const listUsers = handlePmg('GET', '/access/users', ({ cluster, user }) => {
  const isLimited = roleOf(cluster, user) === 'qmanager'
  return [...readUsers(cluster.config).values()]
    .toSorted((a, b) => (a.userid < b.userid ? -1 : 1))
    .filter(({ userid }) => !isLimited || userid === user)
    .map(shownUser)
})

// pmg-api PMG/API2/Users.pm: read
const readUser = handlePmg('GET', '/access/users/{userid}', ({ params, cluster, user }) => {
  const userid = text(params, 'userid')
  if (roleOf(cluster, user) === 'qmanager' && user !== userid) throw permissionDenied()
  return shownUser(lookup(cluster, userid))
})

// pmg-api PMG/API2/Users.pm: create
const createUser = handlePmg('POST', '/access/users', async ({ params, cluster }) => {
  const password = text(params, 'password')
  const hash = password === '' ? '' : await hashPassword(password)
  prefixed('create user failed', () => {
    const userid = text(params, 'userid')
    const users = readUsers(cluster.config)
    if (users.has(userid)) throw failed(`User '${userid}' already exists`)
    const realm = requireRealm(userid)
    const given = text(params, 'realm')
    if (given !== '' && given !== realm) {
      throw failed(`realm parameter does not fit userid ('${given}' != '${realm}')`)
    }
    if (realm === 'pam') throw failed('You cannot create user in the PAM realm')
    const user = changed({ ...nobody, userid }, params)
    writeUsers(cluster.config, new Map(users).set(userid, { ...user, role: user.role || 'audit' }))
    if (hash !== '') cluster.state.passwords.set(userid, hash)
  })
})

// pmg-api PMG/API2/Users.pm: write
const updateUser = handlePmg('PUT', '/access/users/{userid}', ({ params: given, cluster }) => {
  const { userid: _, delete: removed, ...params } = given
  prefixed('update user failed', () => {
    const user = lookup(cluster, text(given, 'userid'))
    const names = splitList(text({ removed }, 'removed'))
    if (names.length === 0 && Object.keys(params).length === 0) throw failed('no options specified')
    if (params.password !== undefined) {
      throw failed('use /access/password for password changes')
    }
    const cleared = Object.fromEntries(names.map((name) => [name, '']))
    const next = changed({ ...user, ...cleared }, params)
    writeUsers(cluster.config, new Map(readUsers(cluster.config)).set(user.userid, next))
  })
})

// pmg-api PMG/API2/Users.pm: delete
const deleteUser = handlePmg('DELETE', '/access/users/{userid}', ({ params, cluster }) => {
  prefixed('delete user failed', () => {
    const { userid } = lookup(cluster, text(params, 'userid'))
    const users = new Map(readUsers(cluster.config))
    users.delete(userid)
    writeUsers(cluster.config, users)
    cluster.state.passwords.delete(userid)
  })
})

export const accessHandlers: readonly Handler[] = [
  createTicket,
  ticketPage,
  changePassword,
  realms,
  listUsers,
  readUser,
  createUser,
  updateUser,
  deleteUser,
]

const nobody: Omit<PmgUser, 'userid'> = {
  enable: '0',
  expire: '0',
  crypt_pass: '',
  role: '',
  email: '',
  firstname: '',
  lastname: '',
  keys: '',
  comment: '',
}

async function authenticate(cluster: Cluster, userid: string, password: string): Promise<void> {
  const ofTicket = await cluster.tickets.verify(password)
  if (ofTicket === userid || ofTicket === 'root@pam') return
  const hash = cluster.state.passwords.get(userid)
  if (hash === undefined || !(await verifyPassword(password, hash))) {
    throw failed('invalid credentials')
  }
}

async function setPassword(cluster: Cluster, userid: string, password: string): Promise<void> {
  const realm = requireRealm(userid)
  if (realm === 'pam' && userid !== 'root@pam') {
    throw failed('invalid pam user (only root allowed)')
  }
  lookup(cluster, userid)
  cluster.state.passwords.set(userid, await hashPassword(password))
}

function requireRealm(userid: string): string {
  const realm = userid.slice(userid.lastIndexOf('@') + 1)
  if (realm !== 'pam' && realm !== 'pmg') throw failed(`invalid realm '${realm}' in userid`)
  return realm
}

/** pmg-api PMG/UserConfig.pm: lookup_user_data */
function lookup({ config }: StoredContext['cluster'], userid: string): PmgUser {
  const user = readUsers(config).get(userid)
  if (!user) throw failed(`no such user ('${userid}')`)
  return user
}

function changed(user: PmgUser, params: StoredParams): PmgUser {
  const next: Record<string, string> = { ...user }
  for (const name of Object.keys(nobody)) {
    const value = params[name]
    if (typeof value === 'string') next[name] = value
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names are those of a user, all with texts
  return { ...next, userid: user.userid } as unknown as PmgUser
}

/** What the API shows: never the password, and nothing that is empty. */
function shownUser(user: PmgUser): Record<string, unknown> {
  const { userid, enable, expire, role, email, firstname, lastname, keys, comment } = user
  const at = userid.lastIndexOf('@')
  const texts = Object.entries({ email, firstname, lastname, keys, comment })
  return {
    userid,
    username: userid.slice(0, at),
    realm: userid.slice(at + 1),
    enable,
    expire,
    role,
    ...Object.fromEntries(texts.filter(([, value]) => value !== '')),
  }
}
