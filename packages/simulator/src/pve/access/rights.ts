/** What one user may do, computed from `user.cfg` as it is now. */
export interface Rights {
  /** User id, of a token with its name. */
  readonly user: string
  /** Privileges on an ACL path, each with whether it is passed on to paths below. */
  permissions(path: string): ReadonlyMap<string, boolean>
  /** Whether all the privileges are held on the path. */
  has(path: string, ...privileges: readonly string[]): boolean
  /** Whether one of the privileges is held on the path. */
  hasAny(path: string, privileges: readonly string[]): boolean
  /** Throws the vendor's 403 that names the first missing privilege. */
  require(path: string, ...privileges: readonly string[]): void
  /** Throws the vendor's 403 that names all the privileges of which one is needed. */
  requireAny(path: string, privileges: readonly string[]): void
}
