/** What has to hold for a call to be permitted. */
export type Requirement =
  /** Not even a login. */
  | { readonly needs: 'nothing' }
  | { readonly needs: 'login' }
  /** Nobody but root@pam is permitted. */
  | { readonly needs: 'root' }
  | { readonly needs: 'all' | 'any'; readonly of: readonly Requirement[] }
  | {
      readonly needs: 'privileges'
      /** An ACL path. */
      readonly path: string
      readonly privileges: readonly string[]
      /** Whether each of the privileges is needed or one of them is enough. */
      readonly match: 'all' | 'any'
    }
  /** One of the privileges on `/access/groups/…` for one of the groups that this user is in. */
  | {
      readonly needs: 'group'
      readonly userid: string
      readonly privileges: readonly string[]
    }
  /** To be this user. */
  | { readonly needs: 'user'; readonly userid: string }
  /** To have one of these roles. */
  | { readonly needs: 'role'; readonly roles: readonly string[] }
  /** That the call gives this parameter. */
  | { readonly needs: 'parameter'; readonly name: string }
