/** A regular expression for the decimal numbers from 0 up to a highest one, without leading zeros. */
export function rangePattern(highest: number): string {
  const digits = String(highest)
  const alternatives = Array.from({ length: digits.length - 1 }, (_, more) =>
    more === 0 ? '[0-9]' : `[1-9]${anyDigits(more)}`,
  )
  alternatives.push(...ofSameLength(digits))
  return alternatives.length === 1 ? alternatives.join('') : `(?:${alternatives.join('|')})`
}

/** One alternative per digit that is lower than that of the highest number, and the number itself. */
function ofSameLength(digits: string): string[] {
  const alternatives: string[] = []
  for (const [index, text] of Array.from(digits).entries()) {
    const lowest = index === 0 && digits.length > 1 ? 1 : 0
    const isLast = index === digits.length - 1
    const top = isLast ? Number(text) : Number(text) - 1
    if (top < lowest) continue
    const digit = top === lowest ? String(top) : `[${lowest}-${top}]`
    alternatives.push(digits.slice(0, index) + digit + anyDigits(digits.length - 1 - index))
  }
  return alternatives
}

const anyDigits = (count: number): string => (count < 2 ? '[0-9]'.repeat(count) : `[0-9]{${count}}`)
