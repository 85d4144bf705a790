/** proxmox-rs proxmox-schema/src/schema.rs: parse_boolean */
export function parseBoolean(text: string): boolean {
  const lower = text.toLowerCase()
  if (['1', 'on', 'yes', 'true'].includes(lower)) return true
  if (['0', 'off', 'no', 'false'].includes(lower)) return false
  throw new Error('Unable to parse boolean option.')
}

/** As Rust reads a whole number of 64 bits; beyond 53 of them this is an approximation. */
export function parseInteger(text: string): number {
  if (text === '') throw new Error('cannot parse integer from empty string')
  if (!/^[+-]?\d+$/.test(text)) throw new Error('invalid digit found in string')
  const number = BigInt(text.replace('+', ''))
  if (number > 2n ** 63n - 1n) throw new Error('number too large to fit in target type')
  if (number < -(2n ** 63n)) throw new Error('number too small to fit in target type')
  return Number(number)
}

export function parseNumber(text: string): number {
  if (text === '') throw new Error('cannot parse float from empty string')
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    throw new Error('invalid float literal')
  }
  return Number(text)
}
