import { parsePropertyString } from '@proxkit/schema'
import { failed } from '../../../engine/fault.js'
import { isTrue } from '../../config-text.js'
import type { Realm } from '../realms.js'

/**
 * Throws what comes of asking the validation server about a one-time password: what is wrong with it at first sight, or
 * that the server cannot be reached. Simulated nodes have no name server.
 *
 * pve-access-control API2/TFA.pm: validate_yubico_otp; pve-common OTP.pm: yubico_verify_otp
 */
export function validateYubicoOtp(realm: Realm, otp: string | undefined): never {
  const { tfa } = realm.options
  if (!isTrue(tfa)) throw failed(`no yubico otp configuration available for realm ${realm.id}`)
  const { type, id, key, url } = parsePropertyString('pve-tfa-config', tfa)
  if (type !== 'yubico') throw failed('realm is not setup for Yubico OTP')
  if (otp === undefined) throw failed('yubico: missing password')
  if (id === undefined) throw failed('yubico: missing API ID')
  if (key === undefined) throw failed('yubico: missing API KEY')
  if (otp.length < 32 || otp.length > 48) throw failed('yubico: wrong OTP length')
  const server = serverOf(url ?? 'https://api2.yubico.com/wsapi/2.0/verify')
  throw failed(
    `Invalid response from server: 500 Can't connect to ${server} (Temporary failure in name resolution)`,
  )
}

function serverOf(url: string): string {
  const [, scheme = '', host = '', port] = /^(https?):\/\/([^/:]+)(?::(\d+))?/.exec(url) ?? []
  return `${host}:${port ?? (scheme === 'http' ? 80 : 443)}`
}
