import type { Handler } from '../../engine/handle.js'
import { aclHandlers } from './acl.js'
import { changePassword } from './change-password.js'
import { domainHandlers } from './domains.js'
import { groupHandlers } from './groups.js'
import { indexHandlers } from './index-lists.js'
import { openidHandlers } from './openid.js'
import { readPermissions } from './permissions.js'
import { roleHandlers } from './roles.js'
import { syncRealm } from './sync.js'
import { tfaHandlers } from './tfa/handlers.js'
import { ticketHandlers } from './ticket.js'
import { tokenHandlers } from './tokens.js'
import { userHandlers } from './users.js'

/** Everything below `/access`. */
export const accessHandlers: readonly Handler[] = [
  ...indexHandlers,
  ...aclHandlers,
  ...domainHandlers,
  syncRealm,
  ...groupHandlers,
  ...openidHandlers,
  changePassword,
  readPermissions,
  ...roleHandlers,
  ...tfaHandlers,
  ...ticketHandlers,
  ...tokenHandlers,
  ...userHandlers,
]
