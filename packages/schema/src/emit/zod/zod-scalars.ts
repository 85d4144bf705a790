import type { Schema } from '../../model.js'
import { compilePattern } from '../../perl/pattern.js'
import { quote } from '../type-text.js'

/** A text with its limits; patterns match as in Perl. */
export function zodText({ minLength, maxLength, pattern, patternFlags }: Schema): string {
  const sized =
    minLength === undefined && maxLength === undefined
      ? 'z.string()'
      : `sized(${minLength ?? 0}${maxLength === undefined ? '' : `, ${maxLength}`})`
  if (pattern === undefined) return `text(${sized})`
  return `text(${sized}.regex(${String(compilePattern(`^${pattern}$`, patternFlags))}))`
}

export const zodInteger = (schema: Schema): string => `integer(whole${bounds(schema)})`

export const zodNumber = (schema: Schema): string => `number(z.number()${bounds(schema)})`

const bounds = ({ minimum, maximum }: Schema): string =>
  (minimum === undefined ? '' : `.min(${minimum})`) +
  (maximum === undefined ? '' : `.max(${maximum})`)

/** One of several texts; those that are written as numbers may be given as numbers. */
export function zodChoice(values: readonly string[]): string {
  const choice = `z.enum([${values.map(quote).join(', ')}])`
  return values.some((value) => String(Number(value)) === value) ? `text(${choice})` : choice
}

export function zodUnion(options: readonly string[]): string {
  const [first = 'z.unknown()', ...others] = new Set(options)
  return others.length === 0 ? first : `z.union([${[first, ...others].join(', ')}])`
}
