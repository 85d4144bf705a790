/**
 * Writes a number as Perl does when it becomes text: 15 significant digits at most.
 *
 * Integers keep their digits, as they do when they arrive in a JSON body; from 1e21 on JavaScript
 * itself sends them with an exponent.
 */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value)
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf'
  const [mantissa, exponent] = scientific(value)
  if (exponent < -4 || exponent >= 15) {
    const sign = exponent < 0 ? '-' : '+'
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  return trimZeros(value.toFixed(14 - exponent))
}

function scientific(value: number): [mantissa: string, exponent: number] {
  const text = value.toExponential(14)
  const at = text.indexOf('e')
  return [text.slice(0, at), Number(text.slice(at + 1))]
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
