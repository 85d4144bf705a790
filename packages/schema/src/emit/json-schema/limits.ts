import type { Schema } from '../../model.js'
import { ecmaPattern } from './ecma-pattern.js'
import type { JsonSchema } from './json-schema.js'

/** The limits of a text. */
export function textLimits({ minLength, maxLength, pattern, patternFlags }: Schema): JsonSchema {
  const source = pattern === undefined ? undefined : ecmaPattern(pattern, patternFlags)
  return {
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(source !== undefined && { pattern: source }),
  }
}

/** The limits of a number. */
export const bounds = ({ minimum, maximum }: Schema): JsonSchema => ({
  ...(minimum !== undefined && { minimum }),
  ...(maximum !== undefined && { maximum }),
})
