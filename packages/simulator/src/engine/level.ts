import type { Handler } from './handle.js'

/**
 * How true an answer is: from semantics of its own, from a configuration file that calls read and write in the general
 * way, or from the description of the API alone, changing nothing.
 */
export type Level = 'modelled' | 'stored' | 'sampled'

/** The level of an operation, by what answers it. */
export function levelOf(handler: Pick<Handler, 'isStored'> | undefined): Level {
  if (!handler) return 'sampled'
  return handler.isStored ? 'stored' : 'modelled'
}
