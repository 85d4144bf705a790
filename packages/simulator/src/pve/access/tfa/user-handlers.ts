import { failed } from '../../../engine/fault.js'
import { handle, type Handler } from '../../../engine/handle.js'
import { isTrue } from '../../config-text.js'
import { enforcedFactor } from '../realms.js'
import { requireRealm } from '../require-realm.js'
import { isEmpty, isLocked, noFactors, type Factors } from './factors.js'
import { draftTfaConfig, readTfaConfig } from './tfa-config.js'

// pve-access-control API2/User.pm: read_user_tfa_type
const readTypes = handle('GET', '/access/users/{userid}/tfa', ({ params, cluster }) => {
  const { userid, multiple } = params
  const realm = enforcedFactor(requireRealm(cluster, userid))
  const factors = readTfaConfig(cluster.config).users.get(userid) ?? noFactors()
  const user = isTrue(multiple) ? allTypes(factors) : oldType(factors)
  return { ...(realm !== undefined && { realm }), ...(user !== undefined && { user }) }
})

// pve-access-control API2/User.pm: unlock_tfa
const unlock = handle(
  'PUT',
  '/access/users/{userid}/unlock-tfa',
  ({ params: { userid }, cluster, node }) => {
    const challenges = cluster.tfaChallenges.of({ node, userid })
    challenges.totpFailures = 0
    challenges.tfaFailures = 0
    const { draft, save } = draftTfaConfig(cluster.config)
    const factors = draft.users.get(userid)
    if (!factors) throw failed('no such user')
    if (!factors.totpLocked && !isLocked(factors, cluster.now())) return 0
    factors.totpLocked = false
    delete factors.lockedUntil
    save()
    return 1
  },
)

export const userHandlers: readonly Handler[] = [readTypes, unlock]

/** The original takes every member of its record for a list, and fails over the recovery keys, which are none. */
function allTypes({ totp, u2f, webauthn, recovery, yubico }: Factors): string[] {
  if (recovery) {
    throw failed('Not an ARRAY reference at /usr/share/perl5/PVE/API2/User.pm line 640.')
  }
  return Object.entries({ totp, u2f, webauthn, yubico }).flatMap(([type, factors]) =>
    factors.length > 0 ? [type] : [],
  )
}

/**
 * The one type that clients from before version 7.1 know of.
 *
 * proxmox-perl-rs pve-rs/src/bindings/tfa.rs: generate_legacy_config
 */
function oldType(factors: Factors): string | undefined {
  if (factors.u2f.length > 0) return 'u2f'
  if (factors.totp.length > 0) return 'oath'
  if (factors.yubico.length > 0) return 'yubico'
  return isEmpty(factors) ? undefined : 'incompatible'
}
