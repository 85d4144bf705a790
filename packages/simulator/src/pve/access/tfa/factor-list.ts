import { failed } from '../../../engine/fault.js'
import { isEmpty, type Factor, type Factors } from './factors.js'
import type { TfaConfig } from './tfa-config.js'

/** What answers tell about a second factor. */
export interface ListedFactor {
  readonly id: string
  readonly type: string
  readonly description?: string
  readonly created: number
  readonly enable?: number
}

/** The id that all recovery keys of a user go by together. */
export const recoveryId = 'recovery'

/** The factors of a user, recovery keys first. proxmox-tfa api/methods.rs: to_data */
export function listFactors(factors: Factors | undefined): ListedFactor[] {
  if (!factors) return []
  const { recovery, totp, webauthn, u2f, yubico } = factors
  return [
    ...(recovery ? [{ id: recoveryId, type: 'recovery', created: recovery.created }] : []),
    ...totp.map((factor) => listed('totp', factor)),
    ...webauthn.map((factor) => listed('webauthn', factor)),
    ...u2f.map((factor) => listed('u2f', factor)),
    ...yubico.map((factor) => listed('yubico', factor)),
  ]
}

/**
 * Takes a factor from a user, and the user from the draft when it was his last: whether it was. Throws the vendor's 500
 * for an unknown one.
 *
 * proxmox-tfa api/methods.rs: delete_tfa
 */
export function removeFactor(
  { users }: TfaConfig,
  { userid, id }: { readonly userid: string; readonly id: string },
): boolean {
  const factors = users.get(userid)
  if (!factors || !takeFactor(factors, id)) throw failed('no such entry')
  if (!isEmpty(factors)) return false
  users.delete(userid)
  return true
}

function takeFactor(factors: Factors, id: string): boolean {
  for (const list of [factors.totp, factors.webauthn, factors.u2f, factors.yubico]) {
    const index = list.findIndex((factor) => factor.id === id)
    if (index >= 0) return list.splice(index, 1).length > 0
  }
  if (id !== recoveryId || !factors.recovery) return false
  delete factors.recovery
  return true
}

function listed(
  type: string,
  { id, description, created, enable }: Omit<Factor<unknown>, 'entry'>,
): ListedFactor {
  return {
    id,
    type,
    ...(description !== '' && { description }),
    created,
    ...(!enable && { enable: 0 }),
  }
}
