/** `null` for a key without `=`, an array for a repeated key; without a prototype, so that no name is special. */
export type DecodedForm = Record<string, string | null | string[]>

/**
 * Decodes a query or a url-encoded body with the original's peculiarities: `;` separates too, only the first two
 * pieces around `=` count, an invalid `%` stays, values are UTF-8 and keys are not.
 */
// pve-http-server AnyEvent.pm: decode_urlencoded
export function decodeUrlencoded(text: string): DecodedForm {
  const params: DecodedForm = Object.create(null)
  // A lone zero is nothing to Perl.
  if (text === '' || text === '0') return params
  for (const part of trimTrailing(text.split(/[&;]/))) {
    const [rawKey = '', raw] = part.split('=')
    const key = unescapeBytes(rawKey)
    if (raw === undefined) {
      params[key] = null
      continue
    }
    const value = utf8(unescapeBytes(raw))
    const before = params[key]
    if (before === undefined || before === null) params[key] = value
    else if (Array.isArray(before)) before.push(value)
    else params[key] = [before, value]
  }
  return params
}

function trimTrailing(parts: string[]): string[] {
  let end = parts.length
  while (end > 0 && parts[end - 1] === '') end -= 1
  return end === parts.length ? parts : parts.slice(0, end)
}

/** `+` and `%XX` to characters U+0000…U+00FF. */
function unescapeBytes(text: string): string {
  if (!/[%+]/.test(text)) return text
  return text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
