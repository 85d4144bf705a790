import { isTrue } from '../config-text.js'

/** pve-http-server Formatter.pm: extract_auth_value */
export function authValue(header: string | undefined, pattern: RegExp): string | undefined {
  if (header === undefined) return undefined
  const value = pattern.exec(header)?.[1]
  if (!isTrue(value)) return undefined
  if (!value.includes('%')) return value
  return value.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
