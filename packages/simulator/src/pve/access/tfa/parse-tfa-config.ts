import { failed } from '../../../engine/fault.js'
import { parseUserId } from '../user-id.js'
import { noFactors, type Factor, type Factors, type SecurityKey, type TotpKey } from './factors.js'
import type { RecoveryKeys } from './recovery-keys.js'
import type { TfaConfig } from './tfa-config.js'
import { parseTotpUri } from './totp.js'

/**
 * Reads `priv/tfa.cfg`; an empty text has no users. Throws the vendor's 500 for what is no JSON document, which the
 * form of versions before 7.1 is not.
 *
 * pve-access-control AccessControl.pm: parse_priv_tfa_config; proxmox-tfa api/mod.rs: TfaConfig
 */
export function parseTfaConfig(text: string): TfaConfig {
  const users = new Map<string, Factors>()
  const unreadable = new Map<string, unknown>()
  for (const [userid, data] of Object.entries(readUsers(text))) {
    if (!parseUserId(userid)) continue
    try {
      users.set(userid, readFactors(data))
    } catch {
      unreadable.set(userid, data)
    }
  }
  return { users, unreadable }
}

/** proxmox-perl-rs pve-rs/src/bindings/tfa.rs: new */
export function unreadableFile(): Error {
  return failed('failed to parse TFA file, neither old style nor valid json')
}

function readUsers(text: string): JsonObject {
  if (text.trim() === '') return {}
  try {
    return object(object(JSON.parse(text)).users ?? {})
  } catch {
    throw unreadableFile()
  }
}

function readFactors(data: unknown): Factors {
  const given = object(data)
  const { recovery, 'tfa-locked-until': lockedUntil } = given
  return {
    ...noFactors(),
    totp: list(given.totp).map((entry) => readFactor(entry, readTotpKey)),
    u2f: list(given.u2f).map((entry) => readFactor<SecurityKey>(entry, object)),
    webauthn: list(given.webauthn).map((entry) => readFactor<SecurityKey>(entry, object)),
    ...(recovery !== undefined && { recovery: readRecovery(recovery) }),
    yubico: list(given.yubico).map((entry) => readFactor(entry, text)),
    totpLocked: flag(given['totp-locked'] ?? false),
    ...(lockedUntil !== undefined && { lockedUntil: integer(lockedUntil) }),
  }
}

function readFactor<T>(data: unknown, readEntry: (entry: unknown) => T): Factor<T> {
  const { id, description = '', created, enable = true, entry } = object(data)
  return {
    id: text(id),
    description: text(description),
    created: integer(created),
    enable: flag(enable),
    entry: readEntry(entry),
  }
}

/** Plain at first, an object once a value was taken. proxmox-tfa api/mod.rs: TotpEntry */
function readTotpKey(data: unknown): TotpKey {
  if (typeof data === 'string') return { totp: parseTotpUri(data) }
  const { totp, 'last-count': lastCount } = object(data)
  return {
    totp: parseTotpUri(text(totp)),
    ...(lastCount !== undefined && { lastCount: integer(lastCount) }),
  }
}

function readRecovery(data: unknown): RecoveryKeys {
  const { secret, entries, created } = object(data)
  return {
    secret: text(secret),
    entries: list(entries).map((entry) => (entry === null ? null : text(entry))),
    created: integer(created),
  }
}

type JsonObject = Readonly<Record<string, unknown>>

function object(value: unknown): JsonObject {
  if (isObject(value)) return value
  throw new TypeError('not an object')
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  throw new TypeError('not a list')
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError('not a text')
}

function integer(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw new TypeError('not an integer')
}

function flag(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new TypeError('not a truth value')
}
