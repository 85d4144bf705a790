import { randomUUID } from 'node:crypto'
import type { RecoveryKeys } from './recovery-keys.js'
import type { Totp } from './totp.js'

/** A second factor of a user. */
export interface Factor<T> {
  readonly id: string
  description: string
  /** Seconds since the epoch. */
  readonly created: number
  enable: boolean
  /** What it is checked with. */
  readonly entry: T
}

export interface TotpKey {
  readonly totp: Totp
  /** The period of the last value that was taken: no value up to it is taken again. */
  lastCount?: number
}

/** A security key, word for word as the product keeps it. */
export type SecurityKey = Readonly<Record<string, unknown>>

/** The second factors of a user. */
export interface Factors {
  readonly totp: Factor<TotpKey>[]
  readonly u2f: Factor<SecurityKey>[]
  readonly webauthn: Factor<SecurityKey>[]
  recovery?: RecoveryKeys
  /** Public names of Yubico keys. */
  readonly yubico: Factor<string>[]
  totpLocked: boolean
  /** Seconds since the epoch; means nothing once it is past. */
  lockedUntil?: number
}

export function noFactors(): Factors {
  return { totp: [], u2f: [], webauthn: [], yubico: [], totpLocked: false }
}

/** A new factor, in use at once. proxmox-tfa api/mod.rs: TfaEntry::new */
export function createFactor<T>(
  entry: T,
  { description, created }: { readonly description: string; readonly created: number },
): Factor<T> {
  return { id: randomUUID(), description, created, enable: true, entry }
}

export function isEmpty({ totp, u2f, webauthn, recovery, yubico }: Factors): boolean {
  return totp.length + u2f.length + webauthn.length + yubico.length === 0 && !recovery
}

/** Whether all second factors are refused at `now`, seconds since the epoch. */
export function isLocked({ lockedUntil }: Factors, now: number): boolean {
  return lockedUntil !== undefined && now < lockedUntil
}

/**
 * What lists tell about a user who was locked out.
 *
 * proxmox-tfa types.rs: TfaUser
 */
export function lockStatus(factors: Factors, now: number): Record<string, number> {
  const { totpLocked, lockedUntil } = factors
  return {
    ...(totpLocked && { 'totp-locked': 1 }),
    ...(lockedUntil !== undefined && isLocked(factors, now) && { 'tfa-locked-until': lockedUntil }),
  }
}
