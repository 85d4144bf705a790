import { failed } from '../engine/fault.js'

/**
 * Text as it is kept in one field of a configuration line: everything but printable ASCII, and `:` and `%`,
 * percent-encoded.
 *
 * pve-common ParseUtils.pm: encode_text
 */
export function encodeText(text: string): string {
  return text.replaceAll(/[^ -$&-9;-~]+/g, (run) =>
    [...Buffer.from(run)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  )
}

/** pve-common ParseUtils.pm: decode_text */
export function decodeText(text: string): string {
  return text.includes('%') ? decodeBytes(Buffer.from(text).toString('latin1')) : text
}

/** The same of text each character of which stands for a byte. Throws what Perl says of others. */
export function decodeBytes(text: string): string {
  if (/[^\0-\u00ff]/.test(text)) throw failed('Wide character')
  const bytes = text.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
