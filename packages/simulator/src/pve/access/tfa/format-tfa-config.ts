import type { Factor, Factors, TotpKey } from './factors.js'
import type { TfaConfig } from './tfa-config.js'
import { formatTotpUri } from './totp.js'

/**
 * The text of `priv/tfa.cfg`: JSON without a blank, what is empty or usual left out.
 *
 * proxmox-tfa api/mod.rs: TfaConfig
 */
export function formatTfaConfig({ users, unreadable }: TfaConfig): string {
  const all = Object.fromEntries([
    ...[...users].map(([userid, factors]) => [userid, storedFactors(factors)] as const),
    ...unreadable,
  ])
  return JSON.stringify(Object.keys(all).length === 0 ? {} : { users: all })
}

function storedFactors(factors: Factors): unknown {
  const { totp, u2f, webauthn, recovery, yubico, totpLocked, lockedUntil } = factors
  return {
    ...storedList('totp', totp, storedTotp),
    ...storedList('u2f', u2f),
    ...storedList('webauthn', webauthn),
    ...(recovery && { recovery }),
    ...storedList('yubico', yubico),
    ...(totpLocked && { 'totp-locked': true }),
    ...(lockedUntil !== undefined && { 'tfa-locked-until': lockedUntil }),
  }
}

function storedList<T>(
  name: string,
  factors: readonly Factor<T>[],
  store: (entry: T) => unknown = (entry) => entry,
): Record<string, unknown> {
  if (factors.length === 0) return {}
  return {
    [name]: factors.map(({ id, description, created, enable, entry }) => ({
      id,
      ...(description !== '' && { description }),
      created,
      ...(!enable && { enable }),
      entry: store(entry),
    })),
  }
}

function storedTotp({ totp, lastCount }: TotpKey): unknown {
  const uri = formatTotpUri(totp)
  return lastCount === undefined ? uri : { totp: uri, 'last-count': lastCount }
}
