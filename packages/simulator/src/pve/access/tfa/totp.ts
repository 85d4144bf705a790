import { unescape } from 'node:querystring'
import { Secret, TOTP } from 'otpauth'
import { failed } from '../../../engine/fault.js'

/** A shared secret that one-time passwords are made of. */
export interface Totp {
  readonly secret: Secret
  readonly digits: number
  readonly algorithm: string
  /** Seconds that a value is good for. */
  readonly period: number
  readonly issuer?: string
  readonly account: string
}

const scheme = 'otpauth://totp/'
const algorithms = new Set(['SHA1', 'SHA256', 'SHA512'])
const names = new Set(['secret', 'digits', 'algorithm', 'period', 'issuer'])

/**
 * Reads an `otpauth` URI. Throws the vendor's 500 for what is none.
 *
 * proxmox-tfa totp.rs: Totp::from_str
 */
export function parseTotpUri(uri: string): Totp {
  if (!uri.startsWith(scheme)) throw failed('not an otpauth uri')
  const [, label, query] = /^([^?]*)\?(.*)$/s.exec(uri.slice(scheme.length)) ?? []
  if (label === undefined || query === undefined) throw failed("missing '?' in otp uri")
  const [, issuer, account] = /^([^:]*):(.*)$/s.exec(label) ?? [undefined, undefined, label]
  const parameters = parseParameters(query)
  const secret = parseSecret(parameters.get('secret') ?? '')
  const named = parameters.get('issuer') ?? (issuer === undefined ? undefined : unescape(issuer))
  return {
    secret,
    digits: parseNumber('digits', parameters.get('digits') ?? '6', 255),
    algorithm: parseAlgorithm(parameters.get('algorithm') ?? 'SHA1'),
    period: parseNumber('period', parameters.get('period') ?? '30', Number.MAX_SAFE_INTEGER),
    ...(named !== undefined && { issuer: named }),
    account: unescape(account ?? ''),
  }
}

/** proxmox-tfa totp.rs: Totp::to_uri */
export function formatTotpUri({
  secret,
  digits,
  algorithm,
  period,
  issuer,
  account,
}: Totp): string {
  const label = issuer === undefined ? '' : `${escape(issuer)}:`
  const suffix = issuer === undefined ? '' : `&issuer=${escape(issuer)}`
  return `${scheme}${label}${escape(account)}?secret=${secret.base32}&digits=${digits}&algorithm=${algorithm}&period=${period}${suffix}`
}

/**
 * The period, counted from the epoch, that a value belongs to: the one of `now`, in seconds, or one of its neighbours.
 *
 * proxmox-tfa totp.rs: Totp::verify
 */
export function periodOf(totp: Totp, value: string, now: number): number | undefined {
  const { secret, digits, algorithm, period } = totp
  if (period === 0) return undefined
  const timestamp = now * 1000
  const delta = TOTP.validate({
    token: value,
    secret,
    digits,
    algorithm,
    period,
    timestamp,
    window: 1,
  })
  return delta === null ? undefined : TOTP.counter({ period, timestamp }) + delta
}

function parseParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const part of query.split('&')) {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(part) ?? []
    if (name === undefined || value === undefined) throw failed('bad value in otpauth uri')
    const key = unescape(name)
    if (!names.has(key)) throw failed(`unknown otpauth uri parameter: '${key}'`)
    parameters.set(key, unescape(value))
  }
  return parameters
}

function parseSecret(text: string): Secret {
  if (text === '') throw failed('missing secret in otpauth url')
  if (!/^[a-z2-7]+={0,6}$/i.test(text)) throw failed('failed to decode otp secret in otpauth url')
  return Secret.fromBase32(text)
}

function parseAlgorithm(text: string): string {
  const algorithm = text.toUpperCase()
  if (algorithms.has(algorithm)) return algorithm
  throw failed(`failed to parse value 'algorithm': unsupported algorithm: '${text}'`)
}

function parseNumber(name: string, text: string, max: number): number {
  const reason =
    text === ''
      ? 'cannot parse integer from empty string'
      : !/^\+?\d+$/.test(text)
        ? 'invalid digit found in string'
        : Number(text) > max
          ? 'number too large to fit in target type'
          : undefined
  if (reason !== undefined) throw failed(`failed to parse value '${name}': ${reason}`)
  return Number(text)
}

/** Everything but letters and digits, unlike `encodeURIComponent`. */
function escape(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[-_.!~*'()]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
