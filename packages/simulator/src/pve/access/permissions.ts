import { handle, type Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { rightsOf } from './compute-rights.js'
import { effectivePermissions, permissionFlags } from './effective-permissions.js'
import { readUserConfig } from './user-config.js'
import { parseTokenId } from './user-id.js'

// pve-access-control API2/AccessControl.pm: permissions
export const readPermissions: Handler = handle(
  'GET',
  '/access/permissions',
  ({ params, cluster, user, rights }) => {
    const { userid = user, path } = params
    const isOwn = userid === user || parseTokenId(userid)?.userid === user
    if (!isOwn) rights.require('/access', 'Sys.Audit')
    const asked = rightsOf(cluster.config, userid)
    if (isTrue(path)) return { [path]: permissionFlags(asked, path) }
    return effectivePermissions(readUserConfig(cluster.config), asked)
  },
)
