import type { TextPattern } from '../perl/lazy-pattern.js'

/**
 * Checks one value of a registered format: undefined where it is valid, else the original's message
 * with its trailing newline.
 */
export type FormatCheck = (value: string) => string | undefined

export type FormatChecks = Readonly<Record<string, FormatCheck>>

/** A format that one regular expression decides. */
export function matching(
  pattern: TextPattern,
  message: string | ((value: string) => string),
): FormatCheck {
  return (value) => {
    if (pattern.test(value)) return undefined
    return `${typeof message === 'string' ? message : message(value)}\n`
  }
}
