import type { ConfigTree } from '../../../engine/config-tree.js'
import { editUserConfig } from '../user-config.js'

/**
 * Notes in `user.cfg` whether a user has second factors: an `x` in the place of the keys that stood there once.
 *
 * pve-access-control API2/TFA.pm: set_user_tfa_enabled
 */
export function markUser(
  config: ConfigTree,
  { userid, hasFactors }: { readonly userid: string; readonly hasFactors: boolean },
): void {
  editUserConfig(config, {
    failure: 'enabling TFA for the user failed',
    change({ users }) {
      const user = users.get(userid)
      if (!user) return
      if (hasFactors) user.keys = 'x'
      else delete user.keys
    },
  })
}
