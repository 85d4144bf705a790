import { randomUUID } from 'node:crypto'
import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { isTrue, splitList } from '../config-text.js'
import { requireToken, requireUser } from './require-user.js'
import { removeTokenSecret, setTokenSecret } from './token-secrets.js'
import { editUserConfig, readUserConfig, type Token } from './user-config.js'

/** What answers tell about a token. */
export function tokenInfo({ privsep, expire, comment }: Readonly<Token>): Record<string, unknown> {
  return {
    privsep: privsep ? 1 : 0,
    ...(expire !== undefined && { expire }),
    ...(comment !== undefined && { comment }),
  }
}

// pve-access-control API2/User.pm: token_index
const listTokens = handle('GET', '/access/users/{userid}/token', ({ params, cluster }) => {
  const { tokens } = requireUser(readUserConfig(cluster.config), params.userid)
  return [...tokens].map(([tokenid, token]) => ({ tokenid, ...tokenInfo(token) }))
})

// pve-access-control API2/User.pm: read_token
const readToken = handle('GET', '/access/users/{userid}/token/{tokenid}', ({ params, cluster }) => {
  const { userid, tokenid: token } = params
  return tokenInfo(requireToken(readUserConfig(cluster.config), { userid, token }))
})

// pve-access-control API2/User.pm: generate_token
const createToken = handle(
  'POST',
  '/access/users/{userid}/token/{tokenid}',
  ({ params, cluster }) => {
    const { userid, tokenid, privsep, expire, comment } = params
    if (requireUser(readUserConfig(cluster.config), userid).tokens.has(tokenid)) {
      throw invalidParameters({ tokenid: 'Token already exists.' })
    }
    const fullId = `${userid}!${tokenid}`
    const value = randomUUID()
    editUserConfig(cluster.config, {
      failure: 'generating token failed',
      change(draft) {
        setTokenSecret(cluster.config, fullId, value)
        draft.users.get(userid)?.tokens.set(tokenid, {
          privsep: isTrue(privsep ?? '1'),
          ...(expire !== undefined && { expire: Number(expire) }),
          ...(isTrue(comment) && { comment }),
        })
      },
    })
    // What was sent comes back as it was sent.
    const info = {
      privsep: privsep ?? 1,
      ...(expire !== undefined && { expire }),
      ...(isTrue(comment) && { comment }),
    }
    return { info, value, 'full-tokenid': fullId }
  },
)

// pve-access-control API2/User.pm: update_token_info
const updateToken = handle(
  'PUT',
  '/access/users/{userid}/token/{tokenid}',
  ({ params, cluster }) => {
    const { userid, tokenid, privsep, expire, comment } = params
    const id = { userid, token: tokenid }
    requireToken(readUserConfig(cluster.config), id)
    const fullId = `${userid}!${tokenid}`
    const value = isTrue(params.regenerate) ? randomUUID() : undefined
    const token = editUserConfig(cluster.config, {
      failure: 'updating token info failed',
      change(draft) {
        const changed: Token = { ...requireToken(draft, id) }
        if (privsep !== undefined) changed.privsep = isTrue(privsep)
        if (expire !== undefined) changed.expire = Number(expire)
        if (comment !== undefined) changed.comment = comment
        if (changed.comment === '') delete changed.comment
        if (params.delete === '' || params.delete === '0') {
          throw failed(`Can't use string ("${params.delete}") as a HASH ref ${deletePlace}`)
        }
        for (const key of splitList(params.delete ?? '')) {
          if (key !== 'comment') throw invalidParameters({ delete: `unknown option '${key}'` })
          delete changed.comment
        }
        if (value !== undefined) setTokenSecret(cluster.config, fullId, value)
        draft.users.get(userid)?.tokens.set(tokenid, changed)
        return changed
      },
    })
    return {
      ...tokenInfo(token),
      ...(privsep !== undefined && { privsep }),
      ...(expire !== undefined && { expire }),
      ...(value !== undefined && { value, 'full-tokenid': fullId }),
    }
  },
)

// The original makes a map of the list of options, but only where there is one.
const deletePlace = 'while "strict refs" in use at /usr/share/perl5/PVE/API2/User.pm line 911.'

// pve-access-control API2/User.pm: remove_token
const deleteToken = handle(
  'DELETE',
  '/access/users/{userid}/token/{tokenid}',
  ({ params, cluster }) => {
    const { userid, tokenid } = params
    requireToken(readUserConfig(cluster.config), { userid, token: tokenid })
    editUserConfig(cluster.config, {
      failure: 'deleting token failed',
      change(draft) {
        removeTokenSecret(cluster.config, `${userid}!${tokenid}`)
        draft.users.get(userid)?.tokens.delete(tokenid)
      },
    })
  },
)

export const tokenHandlers: readonly Handler[] = [
  listTokens,
  readToken,
  createToken,
  updateToken,
  deleteToken,
]
