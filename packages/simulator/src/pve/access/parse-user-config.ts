import { accessModel, type AccessModel } from '@proxkit/schema'
import { isTrue, splitList } from '../config-text.js'
import { decodeText } from '../encoded-text.js'
import { createAclNode, normalizeAclPath, requireAclNode, type AclNode } from './acl-tree.js'
import { isPoolId, parentPool } from './pool-id.js'
import type { Pool, UserConfig } from './user-config.js'
import { parseTokenId, parseUserId } from './user-id.js'

/** Receives what the original writes to its log. */
type Warn = (text: string) => void

interface Draft extends UserConfig {
  readonly warn: Warn
}

/**
 * Reads `user.cfg`. What breaks the rules is left out, as the original does, and told to `warn`.
 *
 * pve-access-control AccessControl.pm: parse_user_config
 */
export function parseUserConfig(
  text: string,
  { warn = () => {}, model = accessModel('9.2') }: { warn?: Warn; model?: AccessModel } = {},
): UserConfig {
  const config: UserConfig = {
    users: new Map([['root@pam', { enable: true, tokens: new Map() }]]),
    groups: new Map(),
    model,
    roles: new Map(model.builtInRoles),
    pools: new Map(),
    poolOfGuest: new Map(),
    acl: createAclNode(),
  }
  const draft: Draft = { ...config, warn: (message) => warn(`user config - ${message}`) }
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line === '') continue
    const [kind = '', ...fields] = splitFields(line)
    const read = readers.get(kind)
    if (read) read(draft, fields)
    else draft.warn(`ignore config line: ${line}`)
  }
  return config
}

type Reader = (draft: Draft, fields: readonly string[]) => void

const readers: ReadonlyMap<string, Reader> = new Map([
  ['user', readUser],
  ['token', readToken],
  ['group', readGroup],
  ['role', readRole],
  ['acl', readAcl],
  ['pool', readPool],
])

function readUser({ users, warn }: Draft, fields: readonly string[]): void {
  const [userid = '', enable, expireText, firstname, lastname, email, comment, keys] = fields
  if (!parseUserId(userid)) return warn(`ignore user '${userid}' - invalid user name`)
  const expire = parseExpire(expireText)
  if (expire === undefined) {
    return warn(`ignore user '${userid}' - (illegal characters in expire '${expireText}')`)
  }
  users.set(userid, {
    enable: isTrue(enable),
    expire,
    ...(isTrue(firstname) && { firstname: decodeText(firstname) }),
    ...(isTrue(lastname) && { lastname: decodeText(lastname) }),
    // An empty one shows in answers, unless all that follows it is empty too.
    ...(email !== undefined && { email }),
    ...(isTrue(comment) && { comment: decodeText(comment) }),
    ...(isTrue(keys) && { keys }),
    tokens: new Map(),
  })
}

function readToken({ users, warn }: Draft, fields: readonly string[]): void {
  const [tokenid = '', expireText, privsep, comment] = fields
  const id = parseTokenId(tokenid)
  if (!id) return warn(`ignore invalid tokenid '${tokenid}'`)
  const expire = parseExpire(expireText)
  if (expire === undefined) {
    return warn(`ignore token '${tokenid}' - (illegal characters in expire '${expireText}')`)
  }
  const user = users.get(id.userid)
  if (!user) return warn(`ignore token '${tokenid}' - user does not exist`)
  const known = user.tokens.get(id.token)?.comment
  const text = isTrue(comment) ? decodeText(comment) : known
  user.tokens.set(id.token, {
    privsep: isTrue(privsep),
    expire,
    ...(text !== undefined && { comment: text }),
  })
}

function readGroup({ users, groups, warn }: Draft, fields: readonly string[]): void {
  const [name = '', members = '', comment] = fields
  if (!isName(name)) return warn(`ignore group '${name}' - invalid characters in group name`)
  let group = groups.get(name)
  if (!group) groups.set(name, (group = { users: new Set() }))
  if (isTrue(comment)) group.comment = decodeText(comment)
  for (const userid of splitList(members)) {
    const valid = parseUserId(userid) !== undefined
    if (!valid || !users.has(userid)) warn(`ignore invalid group member '${userid}'`)
    if (valid) group.users.add(userid)
  }
}

function readRole({ roles, model, warn }: Draft, fields: readonly string[]): void {
  const [name = '', list = ''] = fields
  if (!isName(name)) return warn(`ignore role '${name}' - invalid characters in role name`)
  const role = new Set(roles.get(name))
  for (const privilege of splitList(list)) {
    if (model.privileges.has(privilege)) role.add(privilege)
    else warn(`ignore invalid privilege '${privilege}'`)
  }
  // A line cannot change what the product itself defines.
  if (!model.builtInRoles.has(name)) roles.set(name, role)
}

function readAcl(draft: Draft, fields: readonly string[]): void {
  const { roles, warn } = draft
  const [propagate, pathText = '', subjects = '', roleList = ''] = fields
  const path = normalizeAclPath(pathText)
  if (path === undefined) return warn(`ignore invalid path in acl '${pathText}'`)
  for (const role of splitList(roleList)) {
    if (!isName(role)) warn(`ignore invalid role name '${role}' in acl`)
    else if (!roles.has(role)) warn(`ignore invalid acl role '${role}'`)
    else {
      for (const subject of splitList(subjects)) {
        grant(draft, { path, subject, role, propagate: isTrue(propagate) })
      }
    }
  }
}

interface Grant {
  readonly path: string
  /** A user, a token, or a group with `@` in front. */
  readonly subject: string
  readonly role: string
  readonly propagate: boolean
}

function grant(
  { users, groups, acl, warn }: Draft,
  { path, subject, role, propagate }: Grant,
): void {
  const group = /^@(\S+)$/.exec(subject)?.[1]
  if (group !== undefined && isName(group)) {
    if (!groups.has(group)) warn(`ignore invalid acl group '${group}'`)
    give('groups', group)
  } else if (parseUserId(subject)) {
    if (!users.has(subject)) warn(`ignore invalid acl member '${subject}'`)
    give('users', subject)
  } else {
    const id = parseTokenId(subject)
    if (id && users.get(id.userid)?.tokens.has(id.token)) give('tokens', subject)
    else warn(`ignore invalid acl token '${subject}'`)
  }

  function give(kind: Exclude<keyof AclNode, 'children'>, id: string): void {
    const members = requireAclNode(acl, path)[kind]
    const roles = members.get(id)
    if (roles) roles.set(role, propagate)
    else members.set(id, new Map([[role, propagate]]))
  }
}

function readPool(draft: Draft, fields: readonly string[]): void {
  const { poolOfGuest, warn } = draft
  const [name = '', comment, guests = '', storages = ''] = fields
  if (!isTrue(name) || !isPoolId(name)) {
    return warn(`ignore pool '${name}' - invalid characters in pool name`)
  }
  const pool = requirePool(draft, name)
  if (isTrue(comment)) pool.comment = decodeText(comment)
  for (const text of splitList(guests)) {
    const vmid = Number(text)
    if (!/^\d+$/.test(text)) warn(`ignore invalid vmid '${text}' in pool '${name}'`)
    else if (poolOfGuest.has(vmid)) warn(`ignore duplicate vmid '${vmid}' in pool '${name}'`)
    else {
      pool.vms.add(vmid)
      poolOfGuest.set(vmid, name)
    }
  }
  for (const storage of splitList(storages)) {
    if (/^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(storage)) pool.storage.add(storage)
    else warn(`ignore invalid storage '${storage}' in pool '${name}'`)
  }
}

/** A pool and all that it lies in, made where they are missing. */
function requirePool({ pools }: UserConfig, name: string): Pool {
  const created: Pool = { vms: new Set(), storage: new Set() }
  const pool = pools.get(name) ?? created
  pools.set(name, pool)
  for (let parent = parentPool(name); parent !== undefined; parent = parentPool(parent)) {
    if (!pools.has(parent)) pools.set(parent, { vms: new Set(), storage: new Set() })
  }
  return pool
}

/** Fields between colons; empty ones at the end are absent, as in Perl's `split`. */
function splitFields(line: string): string[] {
  const fields = line.split(':')
  while (fields.length > 0 && fields.at(-1) === '') fields.pop()
  return fields.map((field) => field.trim())
}

function parseExpire(text: string | undefined): number | undefined {
  if (!isTrue(text)) return 0
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** The name `0` is none: the original takes the name that its check gives back for the answer to it. */
function isName(text: string): boolean {
  return isTrue(text) && /^[A-Za-z0-9.\-_]+$/.test(text)
}
