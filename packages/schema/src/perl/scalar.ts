import { numberText } from './number-text.js'

/** Truth as Perl sees it: the empty string and `0` are false, every list and map is true. */
export function isTrue(value: unknown): boolean {
  return Boolean(value) && value !== '0'
}

/** The text that a value becomes in Perl; JSON booleans become 1 and 0. */
export function scalarText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'bigint') return String(value)
  return value === null || value === undefined ? '' : `${referenceName(value)}(0x0)`
}

/** What Perl's `ref` says of a value: empty for scalars. */
export function referenceName(value: unknown): string {
  if (typeof value === 'boolean') return 'JSON::PP::Boolean'
  if (typeof value === 'function') return 'CODE'
  if (typeof value !== 'object' || value === null) return ''
  return Array.isArray(value) ? 'ARRAY' : 'HASH'
}

/** `^[+-]?\d+$`, where `\d` is any decimal digit of Unicode (pve-common JSONSchema.pm: is_integer). */
export function isInteger(text: string): boolean {
  return /^[+-]?[0-9]+\n?$/.test(text) || /^[+-]?\p{Nd}+\n?$/u.test(text)
}

/** A decimal number with optional fraction and exponent (pve-common JSONSchema.pm: is_number). */
export function isNumber(text: string): boolean {
  return ASCII_NUMBER.test(text) || UNICODE_NUMBER.test(text)
}

const ASCII_NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\n?$/
const UNICODE_NUMBER = /^[+-]?(?:\p{Nd}+(?:\.\p{Nd}*)?|\.\p{Nd}+)(?:[eE][+-]?\p{Nd}+)?\n?$/u

/** The number that Perl reads from the beginning of a text; 0 where there is none. */
export function numericValue(text: string): number {
  const number = Number(text)
  if (!Number.isNaN(number) && !/[xob]/i.test(text)) return number
  const prefix = /^\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/.exec(text)
  return prefix === null ? 0 : Number(prefix[0])
}

/** Length in characters, not in UTF-16 units. */
export function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
