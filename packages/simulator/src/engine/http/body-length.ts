/**
 * Bytes of a body by what its Content-Length says; undefined where two readers of the field could disagree. The
 * original takes the number that the text begins with and reads what then remains as the next request, which no client
 * can want; the same number several times is one.
 */
export function readBodyLength(told: string): number | undefined {
  const [first = '', ...others] = new Set(told.trim().split(/\s*,\s*/))
  return others.length === 0 && /^\d+$/.test(first) ? Number(first) : undefined
}
