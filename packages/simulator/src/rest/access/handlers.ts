import type { RestHandler } from '../context.js'
import { aclHandlers } from './acl.js'
import { loginHandlers } from './login.js'
import { realmHandlers } from './realms.js'
import { tokenHandlers } from './tokens.js'
import { userHandlers } from './users.js'

/** Who may do what, below `/access`. */
export const accessHandlers: readonly RestHandler[] = [
  ...loginHandlers,
  ...userHandlers,
  ...tokenHandlers,
  ...aclHandlers,
  ...realmHandlers,
]
