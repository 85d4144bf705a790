import type { Schema } from '../../model.js'
import { ecmaPattern } from '../json-schema/ecma-pattern.js'

/** The pattern of a schema for Rust's regular expressions, which pydantic has; undefined where they cannot say it. */
export function rustPattern({ pattern, patternFlags }: Schema): string | undefined {
  const source = pattern === undefined ? undefined : ecmaPattern(pattern, patternFlags)
  // They neither look around nor refer back.
  return source === undefined || /\(\?<?[=!]|\\[1-9]|\\k</.test(source) ? undefined : source
}
