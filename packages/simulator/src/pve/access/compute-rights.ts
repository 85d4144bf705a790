import { everyPrivilege } from '@proxkit/schema'
import type { ConfigTree } from '../../engine/config-tree.js'
import { failed, permissionDenied } from '../../engine/fault.js'
import { resolveRoles } from './resolve-roles.js'
import type { Rights } from './rights.js'
import { readUserConfig, type SharedUserConfig } from './user-config.js'
import { parseTokenId, parseUserId } from './user-id.js'

/** Privileges that are held, each with whether it is passed on to paths below. */
type Held = ReadonlyMap<string, boolean>
type Lookup = (path: string) => Held

/** Rights by user, as long as the configuration they were computed from is the present one. */
const known = new WeakMap<SharedUserConfig, Map<string, Rights>>()

/** More paths or users than any cluster has: a caller that makes them up starts the memory anew. */
const remembered = 20_000

/**
 * What a user or token may do now. Computed on demand, and only once per state of `user.cfg`.
 *
 * pve-access-control RPCEnvironment.pm: permissions
 */
export function rightsOf(config: ConfigTree, user: string): Rights {
  return rightsIn(readUserConfig(config), user)
}

/** Like `rightsOf`, for a configuration at hand. */
export function rightsIn(config: SharedUserConfig, user: string): Rights {
  let byUser = known.get(config)
  if (!byUser) known.set(config, (byUser = new Map()))
  let rights = byUser.get(user)
  if (!rights) {
    if (byUser.size >= remembered) byUser.clear()
    byUser.set(user, (rights = new LookedUpRights(user, config)))
  }
  return rights
}

class LookedUpRights implements Rights {
  readonly user: string
  readonly permissions: Lookup
  readonly #privileges: ReadonlySet<string>

  constructor(user: string, config: SharedUserConfig) {
    this.user = user
    this.permissions = createLookup(config, user)
    this.#privileges = config.model.privileges
  }

  has(path: string, ...wanted: readonly string[]): boolean {
    return this.#missing(path, wanted) === undefined
  }

  hasAny(path: string, wanted: readonly string[]): boolean {
    const held = this.permissions(path)
    return wanted.some((privilege) => this.#holds(held, privilege))
  }

  require(path: string, ...wanted: readonly string[]): void {
    const missing = this.#missing(path, wanted)
    if (missing !== undefined) throw permissionDenied(`${path}, ${missing}`)
  }

  requireAny(path: string, wanted: readonly string[]): void {
    if (!this.hasAny(path, wanted)) throw permissionDenied(`${path}, ${wanted.join('|')}`)
  }

  #missing(path: string, wanted: readonly string[]): string | undefined {
    const held = this.permissions(path)
    return wanted.find((privilege) => !this.#holds(held, privilege))
  }

  /** A version that does not know a privilege of a later one has no check for it. verify_privname */
  #holds(held: Held, privilege: string): boolean {
    if (this.#privileges.has(privilege)) return held.has(privilege)
    if (everyPrivilege.has(privilege) && !former.has(privilege)) return true
    throw failed(`invalid privilege '${privilege}'`)
  }
}

const none: Held = new Map()

function createLookup(config: SharedUserConfig, user: string): Lookup {
  if (user === 'root@pam') {
    const all: Held = new Map([...config.model.privileges].map((privilege) => [privilege, true]))
    return () => all
  }
  const tokenId = parseTokenId(user)
  if (!tokenId) return parseUserId(user) ? memoise(lookupByAcl(config, user)) : () => none

  const token = config.users.get(tokenId.userid)?.tokens.get(tokenId.token)
  if (!token) return () => none
  const owner = rightsIn(config, tokenId.userid)
  if (!token.privsep) return (path) => owner.permissions(path)
  const own = lookupByAcl(config, user)
  // root@pam holds everything, so that its tokens have what they are given.
  return memoise((path) => intersection(own(path), owner.permissions(path)))
}

/**
 * What the ACL alone gives, pools included: their roles count for the guests and storages in them, without being
 * passed on, and never against a NoAccess.
 *
 * pve-access-control RPCEnvironment.pm: $compile_acl_path
 */
function lookupByAcl(config: SharedUserConfig, id: string): Lookup {
  const rolesOfPool = memoise((pool: string) => resolveRoles(config, id, `/pool/${pool}`))
  return (path) => {
    const roles = new Map(resolveRoles(config, id, path))
    if (!roles.has('NoAccess')) {
      for (const pool of poolsOf(config, path)) {
        for (const role of rolesOfPool(pool).keys()) if (!roles.has(role)) roles.set(role, false)
      }
      if (roles.has('NoAccess')) return none
    }
    const held = new Map<string, boolean>()
    for (const [role, propagate] of roles) {
      for (const privilege of config.roles.get(role) ?? []) {
        held.set(privilege, held.get(privilege) || propagate)
      }
    }
    return held
  }
}

/** The pools whose members include the object that a path stands for. */
function* poolsOf(config: SharedUserConfig, path: string): Generator<string> {
  const [, kind, id = ''] = /^\/(vms|storage)\/([^/]+)$/.exec(path) ?? []
  if (kind === 'vms') {
    const pool = /^[1-9]\d*$/.test(id) ? config.poolOfGuest.get(Number(id)) : undefined
    if (pool !== undefined) yield pool
  } else if (kind === 'storage') {
    for (const [pool, { storage }] of config.pools) if (storage.has(id)) yield pool
  }
}

function intersection(own: Held, owners: Held): Held {
  const held = new Map<string, boolean>()
  for (const [privilege, propagate] of own) {
    const ofOwner = owners.get(privilege)
    if (ofOwner !== undefined) held.set(privilege, ofOwner && propagate)
  }
  return held
}

/** Privileges that no later version has. */
const former: ReadonlySet<string> = new Set(['VM.Monitor'])

function memoise<T>(compute: (key: string) => T): (key: string) => T {
  const results = new Map<string, T>()
  return (key) => {
    let result = results.get(key)
    if (result === undefined) {
      if (results.size >= remembered) results.clear()
      results.set(key, (result = compute(key)))
    }
    return result
  }
}
