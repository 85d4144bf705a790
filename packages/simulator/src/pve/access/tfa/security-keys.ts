import { randomBytes, randomUUID } from 'node:crypto'
import type { ConfigTree } from '../../../engine/config-tree.js'
import { failed } from '../../../engine/fault.js'
import { optionKeys, readDatacenterConfig } from '../../cluster/datacenter-config.js'
import type { Factors } from './factors.js'
import type { UserChallenges } from './user-challenges.js'

/** Kinds of security keys. */
export type SecurityKeyType = 'u2f' | 'webauthn'

/** Seconds in which a registration must be finished. proxmox-tfa api/mod.rs: CHALLENGE_TIMEOUT_SECS */
const registrationTime = 120
/** Milliseconds in which a browser has to ask its user. */
const timeout = 300_000

export interface Registration {
  readonly type: SecurityKeyType
  readonly userid: string
  readonly factors: Factors
  readonly challenges: UserChallenges
  /** Seconds since the epoch. */
  readonly now: number
}

/**
 * The challenge that a browser hands to a new security key, as JSON text. Throws the vendor's 500 unless the datacenter
 * is set up for this kind of key.
 *
 * proxmox-tfa api/mod.rs: u2f_registration_challenge, webauthn_registration_challenge
 */
export function beginRegistration(config: ConfigTree, registration: Registration): string {
  const { type, challenges, now: created } = registration
  const { text, challenge } = startOf(config, registration)
  challenges.registrations.push({ type, challenge, created })
  return text
}

/**
 * Refuses what a security key has signed: there is nothing here that could check it.
 *
 * proxmox-tfa api/mod.rs: u2f_registration_finish, webauthn_registration_finish
 */
export function finishRegistration(
  config: ConfigTree,
  { type, challenges, now }: Registration,
  { challenge, value }: { readonly challenge: string; readonly value: string | undefined },
): never {
  if (value === undefined)
    throw failed(`missing 'value' parameter (${type} challenge response missing)`)
  requireSettings(config, type)
  if (type === 'webauthn') requireResponse(value)
  const isPending = challenges.registrations.some(
    (pending) =>
      pending.type === type &&
      pending.challenge === challenge &&
      pending.created >= now - registrationTime,
  )
  if (!isPending) throw failed('no such challenge')
  throw failed(
    `cannot register a ${type} key: what it signs cannot be verified here, use totp or recovery`,
  )
}

/**
 * What a login with a registered key is asked; undefined without keys or settings.
 *
 * proxmox-tfa api/mod.rs: TfaUserData::webauthn_challenge
 */
export function webauthnChallenge(config: ConfigTree, { webauthn }: Factors): unknown {
  const { id } = settingsOf(config, 'webauthn') ?? {}
  const keys = webauthn.filter(({ enable }) => enable)
  if (id === undefined || keys.length === 0) return undefined
  return {
    publicKey: {
      challenge: freshChallenge(),
      timeout,
      rpId: id,
      allowCredentials: keys.map(({ entry }) => ({ type: 'public-key', id: entry.cred_id })),
      userVerification: 'discouraged',
    },
  }
}

function startOf(
  config: ConfigTree,
  { type, userid, factors }: Registration,
): { text: string; challenge: string } {
  const challenge = freshChallenge()
  const { id, rp, appid } = requireSettings(config, type)
  if (type === 'u2f') {
    const text = JSON.stringify({ challenge, version: 'U2F_V2', appId: appid })
    // These are told apart by their whole text.
    return { text, challenge: text }
  }
  const publicKey = {
    rp: { name: rp, id },
    user: {
      id: Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url'),
      name: userid,
      displayName: userid,
    },
    challenge,
    pubKeyCredParams: [-7, -257].map((alg) => ({ type: 'public-key', alg })),
    timeout,
    excludeCredentials: factors.webauthn.map(({ entry }) => ({
      type: 'public-key',
      id: entry.cred_id,
    })),
    authenticatorSelection: { requireResidentKey: false, userVerification: 'discouraged' },
    attestation: 'none',
  }
  return { text: JSON.stringify({ publicKey }), challenge }
}

type Settings = Readonly<Record<string, string>>

function requireSettings(config: ConfigTree, type: SecurityKeyType): Settings {
  const settings = settingsOf(config, type)
  if (!settings) throw failed(`no ${type} configuration available`)
  return settings
}

/** pve-access-control AccessControl.pm: configure_u2f_and_wa */
function settingsOf(config: ConfigTree, type: SecurityKeyType): Settings | undefined {
  const keys = optionKeys(readDatacenterConfig(config), type)
  const settings: Settings = Object.fromEntries(
    Object.entries(keys).map(([name, value]) => [name, String(value)]),
  )
  return required[type].every((name) => settings[name] !== undefined) ? settings : undefined
}

/** Without these the product logs an error and goes on as if nothing were set up. */
const required: Readonly<Record<SecurityKeyType, readonly string[]>> = {
  u2f: ['appid'],
  webauthn: ['rp', 'id'],
}

function requireResponse(text: string): void {
  try {
    JSON.parse(text)
  } catch {
    throw failed('error parsing challenge response: expected value at line 1 column 1')
  }
}

function freshChallenge(): string {
  return randomBytes(32).toString('base64url')
}
