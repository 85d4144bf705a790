/**
 * Splits a list as the formats with the suffix `-list` do: at commas, semicolons and blanks, or
 * only at NUL bytes where there is one (pve-common ParseUtils.pm: split_list).
 */
export function splitList(text: string): string[] {
  if (text.includes('\0')) return withoutTrailingEmpty(text.split('\0'))
  return text.split(SEPARATOR).filter((part) => part !== '')
}

const SEPARATOR = /[,;\p{White_Space}]+/u

/** Perl's `split` keeps empty fields in front and between, but none at the end. */
export function withoutTrailingEmpty(parts: string[]): string[] {
  let length = parts.length
  while (length > 0 && parts[length - 1] === '') length -= 1
  return parts.slice(0, length)
}
