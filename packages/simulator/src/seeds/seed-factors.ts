import { createFactor, noFactors, type Factors } from '../pve/access/tfa/factors.js'
import { formatTfaConfig } from '../pve/access/tfa/format-tfa-config.js'
import { keepRecoveryKeys } from '../pve/access/tfa/recovery-keys.js'
import { parseTotpUri } from '../pve/access/tfa/totp.js'
import type { SeedUser } from './seed.js'

export function hasFactors({ totp, recovery = [] }: SeedUser): boolean {
  return totp !== undefined || recovery.length > 0
}

/** The text of `priv/tfa.cfg`; undefined when nobody has a second factor. `created` in seconds since the epoch. */
export function formatFactors(
  users: Readonly<Record<string, SeedUser>>,
  created: number,
): string | undefined {
  const owners = Object.entries(users).filter(([, user]) => hasFactors(user))
  if (owners.length === 0) return undefined
  return formatTfaConfig({
    users: new Map(owners.map(([userid, user]) => [userid, factorsOf({ userid, user, created })])),
    unreadable: new Map(),
  })
}

function factorsOf({
  userid,
  user: { totp, recovery = [] },
  created,
}: {
  readonly userid: string
  readonly user: SeedUser
  readonly created: number
}): Factors {
  const factors = noFactors()
  if (totp !== undefined) {
    const uri = `otpauth://totp/${encodeURIComponent(userid)}?secret=${totp}`
    factors.totp.push(createFactor({ totp: parseTotpUri(uri) }, { description: 'seed', created }))
  }
  if (recovery.length > 0) factors.recovery = keepRecoveryKeys(recovery, created)
  return factors
}
