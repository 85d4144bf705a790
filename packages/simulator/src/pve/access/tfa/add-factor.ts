import { failed } from '../../../engine/fault.js'
import { handle, type Handler } from '../../../engine/handle.js'
import type { Cluster } from '../../cluster.js'
import { isTrue } from '../../config-text.js'
import { reauthenticate } from '../reauthenticate.js'
import { requireRealm } from '../require-realm.js'
import { readUserConfig } from '../user-config.js'
import { recoveryId } from './factor-list.js'
import { createFactor, type Factors } from './factors.js'
import { markUser } from './mark-user.js'
import { addOldKeys } from './old-keys.js'
import { generateRecoveryKeys, keepRecoveryKeys } from './recovery-keys.js'
import { beginRegistration, finishRegistration, type SecurityKeyType } from './security-keys.js'
import { draftTfaConfig, factorsToChange } from './tfa-config.js'
import { parseTotpUri, periodOf } from './totp.js'
import { validateYubicoOtp } from './yubico.js'

// pve-access-control API2/TFA.pm: add_tfa_entry
export const addFactor: Handler = handle(
  'POST',
  '/access/tfa/{userid}',
  async ({ params, cluster, user, node }) => {
    const { userid, type, password, ...rest } = params
    await reauthenticate(cluster, { user, userid, password })
    if (type === 'yubico') validateYubicoOtp(requireRealm(cluster, userid), rest.value)

    const { draft, save } = draftTfaConfig(cluster.config)
    const factors = factorsToChange(draft, userid)
    takeOldKeys(cluster, userid, factors)
    // Stays also when the factor is refused.
    markUser(cluster.config, { userid, hasFactors: true })
    const answer = add({ cluster, node, userid, factors, type, ...rest })
    save()
    return answer
  },
)

interface Addition {
  readonly cluster: Cluster
  readonly node: string
  readonly userid: string
  readonly factors: Factors
  readonly type: string
  readonly description?: string
  readonly totp?: string
  readonly value?: string
  readonly challenge?: string
}

interface Added {
  /** None yet for a key that is only being registered. */
  readonly id: string | null
  readonly challenge?: string
  readonly recovery?: readonly string[]
}

/** proxmox-tfa api/methods.rs: add_tfa_entry */
function add(addition: Addition): Added {
  const { type, totp, challenge } = addition
  switch (type) {
    case 'totp':
      if (challenge !== undefined) {
        throw failed("'challenge' parameter is invalid for 'totp' entries")
      }
      return addTotp(addition)
    case 'recovery':
      return addRecoveryKeys(addition)
    case 'webauthn':
    case 'u2f':
      if (totp !== undefined) throw failed(`'totp' parameter is invalid for '${type}' entries`)
      return addSecurityKey(addition, type)
    default:
      throw new TypeError(`${type} is no type of a second factor`)
  }
}

function addTotp(addition: Addition): Added {
  const { cluster, factors, totp: uri, value } = addition
  const description = requireDescription(addition)
  if (uri === undefined || value === undefined) {
    throw failed("'totp' type requires both 'totp' and 'value' parameters")
  }
  const totp = parseTotpUri(uri)
  if (periodOf(totp, value, cluster.now()) === undefined) {
    throw failed('failed to verify TOTP challenge')
  }
  const factor = createFactor({ totp }, { description, created: cluster.now() })
  factors.totp.push(factor)
  return { id: factor.id }
}

function addRecoveryKeys({ cluster, factors, totp, value, challenge }: Addition): Added {
  if (totp !== undefined || value !== undefined || challenge !== undefined) {
    throw failed('generating recovery tokens does not allow additional parameters')
  }
  if (factors.recovery) throw failed('user already has recovery keys')
  const recovery = generateRecoveryKeys()
  factors.recovery = keepRecoveryKeys(recovery, cluster.now())
  return { id: recoveryId, recovery }
}

function addSecurityKey(addition: Addition, type: SecurityKeyType): Added {
  const { cluster, node, userid, factors, challenge, value } = addition
  const { config, tfaChallenges } = cluster
  const challenges = tfaChallenges.of({ node, userid })
  const registration = { type, userid, factors, challenges, now: cluster.now() }
  if (challenge !== undefined) return finishRegistration(config, registration, { challenge, value })
  requireDescription(addition)
  return { id: null, challenge: beginRegistration(config, registration) }
}

function requireDescription({ description }: Addition): string {
  if (description === undefined) throw failed("'description' is required for new entries")
  return description
}

/** Keys that old versions kept in `user.cfg` move over before they are written over. */
function takeOldKeys(cluster: Cluster, userid: string, factors: Factors): void {
  const keys = readUserConfig(cluster.config).users.get(userid)?.keys
  if (!isTrue(keys) || /^x(?:!.*)?$/.test(keys)) return
  const realm = requireRealm(cluster, userid)
  addOldKeys(factors, { userid, keys, realm, now: cluster.now() })
}
