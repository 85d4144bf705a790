import type { Duplex } from 'node:stream'
import type { Method, Verb } from '@proxkit/schema'
import type { CallContext } from '../pve/context.js'
import type { Operations } from './operations.js'

/** What a handler may answer beside plain data. */
export interface Outcome {
  readonly data: unknown
  /** Number of entries before paging; 0 is left out of the answer, as the original does. */
  readonly total?: number
  readonly changes?: string
  /** What PBS and PDM tell beside the data, such as the digest of a file; `set-cookie` goes into the head. */
  readonly attributes?: Readonly<Record<string, unknown>>
  /** The client is not to hear of it. */
  readonly cut?: Cut
  /** Where a client that asked for a WebSocket goes on; others see the data. */
  readonly tunnel?: Tunnel
}

/** Takes over what goes on over a connection after the call that opened it. */
export type Tunnel = (peer: Duplex) => void

/** How a connection ends in place of an answer, or in the middle of one. */
export type Cut = 'drop' | 'reset' | 'truncate'

/** The semantics of one operation. */
export interface Handler {
  readonly verb: Verb
  readonly path: string
  readonly run: (context: CallContext<never>) => unknown
  /** It works on a configuration file in the general way, without rules of its own. */
  readonly isStored?: true
}

/**
 * Binds semantics to an operation of the API. The path must be one of the definition's, and `context.params` has
 * exactly its parameters: text, as verification leaves them.
 */
export function handle<V extends Verb, P extends string>(
  verb: V,
  path: `${V} ${P}` extends keyof Operations ? P : never,
  run: (context: CallContext<ParamsOf<V, P>>) => unknown,
): Handler {
  // The table hands each handler only parameters that were verified for this very operation.
  return { verb, path, run }
}

type ParamsOf<V extends Verb, P extends string> = `${V} ${P}` extends keyof Operations
  ? Operations[`${V} ${P}`]
  : never

/** Finds the handler of an operation. */
export class HandlerTable<H extends Pick<Handler, 'verb' | 'path'> = Handler> {
  readonly #handlers = new Map<string, H>()
  /** The same by the operations that were asked for. */
  readonly #found = new WeakMap<Method, H>()

  constructor(handlers: Iterable<H>) {
    for (const handler of handlers) {
      const key = `${handler.verb} ${handler.path}`
      if (this.#handlers.has(key)) throw new Error(`two handlers for ${key}`)
      this.#handlers.set(key, handler)
    }
  }

  has(method: Method): boolean {
    return this.get(method) !== undefined
  }

  get(method: Method): H | undefined {
    const found = this.#found.get(method)
    if (found) return found
    const handler = this.#handlers.get(`${method.verb} ${method.path}`)
    if (handler) this.#found.set(method, handler)
    return handler
  }

  get size(): number {
    return this.#handlers.size
  }
}
