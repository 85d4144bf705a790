import { permissionDenied } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { prepareAccountPassword } from './account-password.js'
import { reauthenticate } from './reauthenticate.js'
import { requireEnabledUser } from './require-user.js'
import { readUserConfig } from './user-config.js'
import { requireUserId } from './user-id.js'

// pve-access-control API2/AccessControl.pm: change_password
export const changePassword: Handler = handle(
  'PUT',
  '/access/password',
  async ({ params, cluster, user }) => {
    const { userid, password } = params
    await reauthenticate(cluster, {
      user,
      userid,
      password: params['confirmation-password'],
      parameter: 'confirmation-password',
    })
    if (user === userid && user !== 'root@pam') {
      requireEnabledUser(readUserConfig(cluster.config), userid, cluster.now())
    } else if (user !== 'root@pam' && requireUserId(userid).realm === 'pam') {
      throw permissionDenied()
    }
    const setPassword = await prepareAccountPassword(password)
    setPassword(cluster, userid)
  },
)
