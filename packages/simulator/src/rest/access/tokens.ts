import { randomUUID } from 'node:crypto'
import { hashPassword } from '../../pve/access/password.js'
import { handleRest, needText, textOf, type RestContext, type RestHandler } from '../context.js'
import { bad } from '../rest-fault.js'
import { ownerOf, tokenNameOf } from './auth-id.js'
import { readTokenHashes, writeTokenHashes } from './identify.js'
import { changedAccount } from './users.js'
import { userFile } from './user-file.js'

const path = '/access/users/{userid}/token'
const entryPath = `${path}/{token-name}`

// proxmox-backup src/api2/access/user.rs: list_tokens
const list = handleRest('GET', path, ({ params, cluster, tell }) => {
  tell('digest', userFile.digest(cluster))
  return [...userFile.sections(cluster).values()]
    .filter(({ type, id }) => type === 'token' && ownerOf(id) === params.userid)
    .map((token) => ({ ...userFile.shown(token), 'token-name': tokenNameOf(token.id) }))
})

// proxmox-backup src/api2/access/user.rs: read_token
const read = handleRest('GET', entryPath, (context) => {
  const { cluster, tell } = context
  const token = userFile.lookup(cluster, 'token', tokenId(context))
  tell('digest', userFile.digest(cluster))
  return userFile.shown(token)
})

// proxmox-backup src/api2/access/user.rs: generate_token
const create = handleRest('POST', entryPath, async (context) => {
  const { params, cluster } = context
  userFile.requireDigest(cluster, params.digest)
  const id = tokenId(context)
  if (userFile.sections(cluster).has(id)) {
    const { 'token-name': name, userid } = params
    throw bad(`token '${String(name)}' for user '${String(userid)}' already exists.`)
  }
  const { comment, enable, expire } = params
  userFile.put(cluster, { type: 'token', id, data: { comment, enable, expire } })
  return { tokenid: id, value: await newSecret(context, id) }
})

// proxmox-backup src/api2/access/user.rs: update_token
const update = handleRest('PUT', entryPath, async (context) => {
  const { params, cluster } = context
  userFile.requireDigest(cluster, params.digest)
  const id = tokenId(context)
  const token = userFile.lookup(cluster, 'token', id)
  const data: Record<string, unknown> = { ...token.data, ...changedAccount(params) }
  const { delete: removed } = params
  for (const name of Array.isArray(removed) ? removed : []) delete data[String(name)]
  userFile.put(cluster, { ...token, data })
  return params.regenerate === true ? { secret: await newSecret(context, id) } : undefined
})

// proxmox-backup src/api2/access/user.rs: delete_token
const remove = handleRest('DELETE', entryPath, (context) => {
  const { params, cluster } = context
  userFile.requireDigest(cluster, params.digest)
  const id = tokenId(context)
  if (!userFile.sections(cluster).has(id)) {
    const { 'token-name': name, userid } = params
    throw bad(`token '${String(name)}' of user '${String(userid)}' does not exist.`)
  }
  const { [id]: _, ...hashes } = readTokenHashes(cluster)
  writeTokenHashes(cluster, hashes)
  userFile.remove(cluster, id)
})

export const tokenHandlers: readonly RestHandler[] = [list, read, create, update, remove]

function tokenId({ params }: RestContext): string {
  return `${needText(params, 'userid')}!${textOf(params, 'token-name') ?? ''}`
}

async function newSecret({ cluster }: RestContext, id: string): Promise<string> {
  const secret = randomUUID()
  writeTokenHashes(cluster, { ...readTokenHashes(cluster), [id]: await hashPassword(secret) })
  return secret
}
