/** What PBS and PDM have in common and call differently. */
export interface RestProduct {
  readonly name: 'pbs' | 'pdm'
  /** What tickets begin with. */
  readonly ticketPrefix: string
  readonly cookie: string
  /** The name of the cookie where only this host may set it; looked for first. */
  readonly hostCookie: string
  /** What stands before an API token in the header field `Authorization`. */
  readonly tokenScheme: string
  /** The realm of the product itself. */
  readonly realm: { readonly name: string; readonly comment: string }
  /** In the order in which they are told. */
  readonly privileges: readonly string[]
  readonly roles: ReadonlyMap<string, Role>
  readonly noAccess: string
  /** Paths whose permissions are told even where nothing is set on them. */
  readonly defaultPaths: readonly string[]
  /** What the privileges are called that both products have. */
  readonly privilege: {
    readonly audit: string
    readonly modify: string
    readonly aclAudit: string
    readonly aclModify: string
  }
  /** How many parts a path of permissions may have at most, by its beginning; of an unknown beginning there is none. */
  readonly depths: Readonly<Record<string, number>>
}

export interface Role {
  readonly privileges: readonly string[]
  readonly comment: string
}
