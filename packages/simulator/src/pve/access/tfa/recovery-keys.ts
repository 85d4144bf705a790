import { createHmac, randomBytes } from 'node:crypto'

/** Keys that replace another factor once each, as far as they are kept: hashes under a secret of their own. */
export interface RecoveryKeys {
  readonly secret: string
  /** A key that was used leaves `null` behind, so that the others keep their numbers. */
  readonly entries: (string | null)[]
  /** Seconds since the epoch. */
  readonly created: number
}

const count = 10

/** New keys: sixteen hex digits in groups of four. proxmox-tfa api/recovery.rs: Recovery::generate */
export function generateRecoveryKeys(): string[] {
  return Array.from({ length: count }, () =>
    (randomBytes(8).toString('hex').match(/.{4}/g) ?? []).join('-'),
  )
}

export function keepRecoveryKeys(keys: readonly string[], created: number): RecoveryKeys {
  const secret = randomBytes(8).toString('hex')
  return { secret, entries: keys.map((key) => hash(secret, key)), created }
}

/** Whether the key is one of those that are left; it is not afterwards. */
export function takeRecoveryKey({ secret, entries }: RecoveryKeys, key: string): boolean {
  const index = entries.indexOf(hash(secret, key))
  if (index < 0) return false
  entries[index] = null
  return true
}

/** The numbers of the keys that are left. */
export function remainingRecoveryKeys({ entries }: RecoveryKeys): number[] {
  return entries.flatMap((entry, index) => (entry === null ? [] : [index]))
}

function hash(secret: string, key: string): string {
  return createHmac('sha256', secret).update(key).digest('hex')
}
