import { describe, expect, test } from 'vitest'
import { formatTotpUri, parseTotpUri, periodOf } from './totp.js'

const secret = 'JBSWY3DPEHPK3PXP'

describe('an otpauth URI', () => {
  test.each([
    [
      `otpauth://totp/joe@pve?secret=${secret}`,
      `otpauth://totp/joe%40pve?secret=${secret}&digits=6&algorithm=SHA1&period=30`,
    ],
    [
      `otpauth://totp/Proxmox VE:joe@pve?secret=${secret.toLowerCase()}&digits=8&period=60&algorithm=sha256`,
      `otpauth://totp/Proxmox%20VE:joe%40pve?secret=${secret}&digits=8&algorithm=SHA256&period=60&issuer=Proxmox%20VE`,
    ],
    [
      `otpauth://totp/a:b:c?secret=${secret}&issuer=My-Lab%2e`,
      `otpauth://totp/My%2DLab%2E:b%3Ac?secret=${secret}&digits=6&algorithm=SHA1&period=30&issuer=My%2DLab%2E`,
    ],
  ])('is kept in one form: %s', (given, kept) => {
    expect(formatTotpUri(parseTotpUri(given))).toBe(kept)
    expect(formatTotpUri(parseTotpUri(kept))).toBe(kept)
  })

  test.each([
    ['https://x', 'not an otpauth uri'],
    ['otpauth://hotp/x?secret=AA', 'not an otpauth uri'],
    ['otpauth://totp/joe', "missing '?' in otp uri"],
    ['otpauth://totp/joe?', 'bad value in otpauth uri'],
    ['otpauth://totp/joe?secret', 'bad value in otpauth uri'],
    ['otpauth://totp/joe?digits=6', 'missing secret in otpauth url'],
    ['otpauth://totp/joe?secret=', 'missing secret in otpauth url'],
    ['otpauth://totp/joe?secret=A1', 'failed to decode otp secret in otpauth url'],
    ['otpauth://totp/joe?secret=AA&image=x', "unknown otpauth uri parameter: 'image'"],
    [
      'otpauth://totp/joe?secret=AA&algorithm=md5',
      "failed to parse value 'algorithm': unsupported algorithm: 'md5'",
    ],
    [
      'otpauth://totp/joe?secret=AA&digits=six',
      "failed to parse value 'digits': invalid digit found in string",
    ],
    [
      'otpauth://totp/joe?secret=AA&digits=256',
      "failed to parse value 'digits': number too large to fit in target type",
    ],
    [
      'otpauth://totp/joe?secret=AA&period=',
      "failed to parse value 'period': cannot parse integer from empty string",
    ],
  ])('%s is refused', (uri, text) => {
    expect(() => parseTotpUri(uri)).toThrow(text)
  })
})

describe('a value', () => {
  // RFC 6238, appendix B
  const rfc = Buffer.from('12345678901234567890')
  const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  const totp = parseTotpUri(`otpauth://totp/x?secret=${base32}&digits=8`)

  test('belongs to its period and is good one before and one after', () => {
    expect(Buffer.from(totp.secret.bytes)).toEqual(rfc)
    for (const now of [29, 30, 59, 89]) expect(periodOf(totp, '94287082', now)).toBe(1)
    expect(periodOf(totp, '94287082', 90)).toBeUndefined()
    expect(periodOf(totp, '07081804', 1_111_111_109)).toBe(37_037_036)
  })

  test('has exactly the digits that the URI says', () => {
    expect(periodOf(totp, '287082', 59)).toBeUndefined()
    expect(periodOf(totp, '', 59)).toBeUndefined()
  })

  test('goes by the algorithm that the URI says', () => {
    const long = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA'
    const sha256 = parseTotpUri(`otpauth://totp/x?secret=${long}&digits=8&algorithm=SHA256`)
    expect(periodOf(sha256, '46119246', 59)).toBe(1)
  })
})
