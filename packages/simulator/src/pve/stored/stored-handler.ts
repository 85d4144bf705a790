import type { Verb } from '@proxkit/schema'
import type { Handler } from '../../engine/handle.js'
import type { CallContext } from '../context.js'

/** Verified parameters of any operation: text, or lists of text. */
export type StoredParams = Readonly<Record<string, string | readonly string[] | undefined>>

export type StoredContext = CallContext<StoredParams>

/** Binds an operation that works on a configuration file in the general way. */
export function stored(
  verb: Verb,
  path: string,
  run: (context: StoredContext) => unknown,
): Handler {
  return { verb, path, run, isStored: true }
}

/** A parameter that is text; `''` when it was not given. */
export function text(params: StoredParams, name: string): string {
  const value = params[name]
  return typeof value === 'string' ? value : ''
}
