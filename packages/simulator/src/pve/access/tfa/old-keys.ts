import { parsePropertyString } from '@proxkit/schema'
import { Secret } from 'otpauth'
import { isTrue, splitList } from '../../config-text.js'
import type { Realm } from '../realms.js'
import { createFactor, type Factors } from './factors.js'

export interface OldKeys {
  readonly userid: string
  /** The field of `user.cfg`. */
  readonly keys: string
  readonly realm: Realm
  /** Seconds since the epoch. */
  readonly now: number
}

/**
 * Adds the keys that old versions kept in `user.cfg` to the factors of a user. The realm says what they are.
 *
 * pve-access-control AccessControl.pm: add_old_keys_to_realm_tfa
 */
export function addOldKeys(factors: Factors, { userid, keys, realm, now }: OldKeys): void {
  const { tfa } = realm.options
  if (!isTrue(tfa)) return
  const { type, digits = '6', step = '30' } = parsePropertyString('pve-tfa-config', tfa)
  const described = (index: number): { description: string; created: number } => ({
    description: `<old userconfig key ${index}>`,
    created: now,
  })
  if (type === 'yubico') {
    factors.yubico.push(...splitList(keys).map((key, index) => createFactor(key, described(index))))
    return
  }
  const secrets = splitList(keys).flatMap((key) => secretOf(key) ?? [])
  factors.totp.push(
    ...secrets.map((secret, index) => {
      const totp = {
        secret,
        digits: Number(digits),
        algorithm: 'SHA1',
        period: Number(step),
        issuer: 'Proxmox VE',
        account: `Old key for ${userid}`,
      }
      return createFactor({ totp }, described(index))
    }),
  )
}

/** pve-access-control AccessControl.pm: normalize_totp_secret */
function secretOf(key: string): Secret | undefined {
  const hex = /^v2-0x([\da-f]+)$/i.exec(key)?.[1] ?? /^[\da-f]{40}$/i.exec(key)?.[0]
  if (hex !== undefined) return Secret.fromHex(hex)
  const base32 = /^v2-([A-Z2-7=]+)$/.exec(key)?.[1] ?? /^[A-Z2-7=]{16}$/.exec(key)?.[0]
  return base32 === undefined ? undefined : Secret.fromBase32(base32)
}
