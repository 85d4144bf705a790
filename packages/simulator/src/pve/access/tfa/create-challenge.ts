import type { ConfigTree } from '../../../engine/config-tree.js'
import { isEmpty, type Factors } from './factors.js'
import { remainingRecoveryKeys } from './recovery-keys.js'
import { webauthnChallenge } from './security-keys.js'

/**
 * What a user is asked for at a login, as JSON text; undefined for one who has no second factor in use. Whoever has only
 * factors that cannot be asked for gets an empty challenge, which nothing answers.
 *
 * proxmox-tfa api/mod.rs: TfaUserData::challenge
 */
export function createChallenge(
  config: ConfigTree,
  factors: Factors | 'unreadable' | undefined,
): string | undefined {
  if (factors === undefined) return undefined
  if (factors === 'unreadable') return '{}'
  if (isEmpty(factors)) return undefined

  const { totp, recovery, u2f, webauthn, yubico } = factors
  const webauthnPart = webauthnChallenge(config, factors)
  const challenge = {
    ...(isInUse(totp) && { totp: true }),
    ...(recovery && { recovery: remainingRecoveryKeys(recovery) }),
    ...(webauthnPart !== undefined && { webauthn: webauthnPart }),
    ...(isInUse(yubico) && { yubico: true }),
  }
  const isAsked = Object.keys(challenge).length > 0 || isInUse(webauthn) || isInUse(u2f)
  return isAsked ? JSON.stringify(challenge) : undefined
}

function isInUse(factors: readonly { readonly enable: boolean }[]): boolean {
  return factors.some(({ enable }) => enable)
}
