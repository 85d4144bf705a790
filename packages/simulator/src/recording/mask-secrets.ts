import { isObject } from '../seeds/check.js'
import { isSecretParameter } from './secret-names.js'

const mask = '***'

/** The parameters of a call with `***` in the place of secrets. */
export function maskParameters(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, isSecretParameter(name) ? mask : value]),
  )
}

/** An answer with `***` in the place of what lets someone in. */
export function maskAnswer(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskAnswer)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      isSecretMember(name, value) ? mask : maskAnswer(part),
    ]),
  )
}

/** The secret of a new token is a `value` like many others, but for what stands beside it. */
function isSecretMember(name: string, beside: Readonly<Record<string, unknown>>): boolean {
  if (name === 'value') return 'full-tokenid' in beside || 'tokenid' in beside
  return secretMember.test(name)
}

const secretMember =
  /^(?:ticket|CSRFPreventionToken|(?:ci)?password|passwd|secret|keyring|encryption-key|private-key|key|recovery|upgrade-ticket|challenge)$/i
