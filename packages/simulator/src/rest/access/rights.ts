import type { Cluster } from '../../pve/cluster.js'
import type { RestProduct } from '../product.js'
import { bad, forbidden } from '../rest-fault.js'
import { readAcl, rolesAt, type AclEntry } from './acl-file.js'
import { components } from './acl-path.js'
import { isTokenId, ownerOf } from './auth-id.js'

/** What a user or token may do. proxmox-backup pbs-config/src/cached_user_info.rs */
export class RestRights {
  readonly #product: RestProduct
  readonly #acl: readonly AclEntry[]
  readonly user: string

  constructor(product: RestProduct, cluster: Cluster, user: string) {
    this.#product = product
    this.#acl = readAcl(cluster.config)
    this.user = user
  }

  get isSuperuser(): boolean {
    return this.user === 'root@pam'
  }

  /** Privileges at a path, each with whether it holds below too. */
  privileges(path: string): ReadonlyMap<string, boolean> {
    return this.#privilegesOf(this.user, components(path))
  }

  /** Those of somebody else. */
  privilegesOf(user: string, path: string): ReadonlyMap<string, boolean> {
    return this.#privilegesOf(user, components(path))
  }

  hasAll(path: string, ...wanted: string[]): boolean {
    const privileges = this.privileges(path)
    return wanted.every((name) => privileges.has(name))
  }

  hasAny(path: string, ...wanted: string[]): boolean {
    const privileges = this.privileges(path)
    return wanted.some((name) => privileges.has(name))
  }

  /** Whether one of the privileges holds at the path or anywhere below it. */
  hasAnyBelow(path: string, ...wanted: string[]): boolean {
    const parts = components(path)
    if (this.hasAny(path, ...wanted)) return true
    return this.#acl.some(
      (entry) =>
        entry.path.length > parts.length &&
        parts.every((part, index) => entry.path[index] === part) &&
        this.hasAny(`/${entry.path.join('/')}`, ...wanted),
    )
  }

  /** Throws the 400 of a check in the middle of a call. */
  require(path: string, wanted: readonly string[], { any = false }: { any?: boolean } = {}): void {
    const isAllowed = any ? this.hasAny(path, ...wanted) : this.hasAll(path, ...wanted)
    if (isAllowed) return
    const where = `/${components(path).join('/')}`
    throw bad(`missing permissions '${wanted.join(any ? '|' : '&')}' on '${where}'`)
  }

  /** Throws the 403 of a check that is made before anything else. */
  requireFirst(path: string, wanted: readonly string[], options?: { any?: boolean }): void {
    try {
      this.require(path, wanted, options)
    } catch (error) {
      throw forbidden(error instanceof Error ? error.message : undefined)
    }
  }

  #privilegesOf(user: string, path: readonly string[]): ReadonlyMap<string, boolean> {
    const { privileges, roles } = this.#product
    if (user === 'root@pam') return new Map(privileges.map((name) => [name, true]))
    const found = new Map<string, boolean>()
    for (const [role, propagates] of rolesAt(this.#acl, {
      user,
      path,
      noAccess: this.#product.noAccess,
    })) {
      for (const name of roles.get(role)?.privileges ?? []) {
        found.set(name, (found.get(name) ?? false) || propagates)
      }
    }
    if (!isTokenId(user)) return found
    const owner = this.#privilegesOf(ownerOf(user), path)
    return new Map(
      [...found].flatMap(([name, propagates]) =>
        owner.has(name) ? [[name, propagates && owner.get(name) === true] as const] : [],
      ),
    )
  }
}
