import { Fault, failed } from '../../../engine/fault.js'
import { handle, type Handler } from '../../../engine/handle.js'
import { isTrue } from '../../config-text.js'
import { reauthenticate } from '../reauthenticate.js'
import { readUserConfig } from '../user-config.js'
import { visibleUsers } from '../visible-users.js'
import { addFactor } from './add-factor.js'
import { listFactors, removeFactor } from './factor-list.js'
import { lockStatus, noFactors } from './factors.js'
import { markUser } from './mark-user.js'
import { draftTfaConfig, readTfaConfig } from './tfa-config.js'
import { userHandlers } from './user-handlers.js'

// pve-access-control API2/TFA.pm: list_tfa
const listAll = handle('GET', '/access/tfa', ({ cluster, user, rights }) => {
  const { users, unreadable } = readTfaConfig(cluster.config)
  const isVisible = visibleUsers(readUserConfig(cluster.config), rights)
  const all = [...users, ...[...unreadable.keys()].map((id) => [id, noFactors()] as const)]
  return all.flatMap(([userid, factors]) =>
    userid === user || isVisible(userid)
      ? [{ userid, entries: listFactors(factors), ...lockStatus(factors, cluster.now()) }]
      : [],
  )
})

// pve-access-control API2/TFA.pm: list_user_tfa
const listOfUser = handle('GET', '/access/tfa/{userid}', ({ params, cluster }) =>
  listFactors(readTfaConfig(cluster.config).users.get(params.userid)),
)

// pve-access-control API2/TFA.pm: get_tfa_entry
const readEntry = handle('GET', '/access/tfa/{userid}/{id}', ({ params, cluster }) => {
  const factors = readTfaConfig(cluster.config).users.get(params.userid)
  const entry = listFactors(factors).find(({ id }) => id === params.id)
  if (!entry) throw new Fault(404, `No such tfa entry '${params.id}'`)
  return entry
})

// pve-access-control API2/TFA.pm: update_tfa_entry
const updateEntry = handle(
  'PUT',
  '/access/tfa/{userid}/{id}',
  async ({ params, cluster, user }) => {
    const { userid, id, description, enable } = params
    await reauthenticate(cluster, { user, userid, password: params.password })
    const { draft, save } = draftTfaConfig(cluster.config)
    const { totp, webauthn, u2f, yubico } = draft.users.get(userid) ?? noFactors()
    const entry = [...totp, ...webauthn, ...u2f, ...yubico].find((factor) => factor.id === id)
    if (!entry) throw failed('no such entry')
    if (description !== undefined) entry.description = description
    if (enable !== undefined) entry.enable = isTrue(enable)
    save()
  },
)

// pve-access-control API2/TFA.pm: delete_tfa
const deleteEntry = handle(
  'DELETE',
  '/access/tfa/{userid}/{id}',
  async ({ params, cluster, user }) => {
    const { userid, id, password } = params
    await reauthenticate(cluster, { user, userid, password })
    const { draft, save } = draftTfaConfig(cluster.config)
    const isLast = removeFactor(draft, { userid, id })
    save()
    if (isLast) markUser(cluster.config, { userid, hasFactors: false })
  },
)

/** Everything below `/access/tfa`, and what `/access/users` has of second factors. */
export const tfaHandlers: readonly Handler[] = [
  listAll,
  listOfUser,
  readEntry,
  addFactor,
  updateEntry,
  deleteEntry,
  ...userHandlers,
]
