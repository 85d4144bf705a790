import { handle, type Handler } from '../../engine/handle.js'

// pve-access-control API2/AccessControl.pm: index
const listAccess = handle('GET', '/access', () =>
  ['users', 'groups', 'roles', 'acl', 'domains', 'openid', 'tfa', 'ticket', 'password'].map(
    (subdir) => ({ subdir }),
  ),
)

// pve-access-control API2/OpenId.pm: index
const listOpenid = handle('GET', '/access/openid', () =>
  ['auth-url', 'login'].map((subdir) => ({ subdir })),
)

export const indexHandlers: readonly Handler[] = [listAccess, listOpenid]
