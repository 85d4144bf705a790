import type { buildConnector, Dispatcher, Pool } from 'undici'
import { FirstCalls } from './first-calls.js'

/** What carries requests to one host, in the terms of undici. */
export interface Engine {
  dispatch(options: EngineRequest, handler: Dispatcher.DispatchHandler): void
  destroy(): Promise<void>
}

export interface EngineRequest extends Dispatcher.DispatchOptions {
  /** Names and values in turn, or by their names. */
  readonly headers: string[] | Record<string, string | string[]>
}

export interface EngineOptions {
  /** Scheme, host and port. */
  readonly origin: string
  readonly connections: number
  readonly connect: buildConnector.connector
}

/**
 * undici for a program that goes on, `node:http` for its first calls: loading and compiling undici takes longer than
 * most commands have to do.
 */
export class LazyPool implements Engine {
  readonly #options: EngineOptions
  readonly #first: FirstCalls
  #left: number
  #loading: Promise<Pool> | undefined
  #pool: Pool | undefined

  constructor(options: EngineOptions) {
    this.#options = options
    this.#first = new FirstCalls(options)
    this.#left = options.connections < fewConnections ? 0 : firstCalls
  }

  dispatch(options: EngineRequest, handler: Dispatcher.DispatchHandler): void {
    if (this.#pool) {
      this.#pool.dispatch(options, handler)
      return
    }
    const isStream = typeof options.body === 'object' && options.body !== null
    // What comes at a time belongs to a program that goes on.
    if (this.#left > 0 && !isStream && !this.#first.isBusy && !this.#loading) {
      this.#left -= 1
      this.#first.dispatch(options, handler)
      return
    }
    void this.#dispatchLoaded(options, handler)
  }

  async destroy(): Promise<void> {
    this.#first.destroy()
    const pool = await this.#loading
    await pool?.destroy()
  }

  async #dispatchLoaded(
    options: EngineRequest,
    handler: Dispatcher.DispatchHandler,
  ): Promise<void> {
    try {
      this.#loading ??= this.#load()
      const pool = await this.#loading
      pool.dispatch(options, handler)
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error))
      handler.onResponseError?.(noController, reason)
    }
  }

  async #load(): Promise<Pool> {
    const { origin, connections, connect } = this.#options
    const { default: UndiciPool } = await import('undici/lib/dispatcher/pool.js')
    this.#pool = new UndiciPool(origin, {
      // One may be that of the first calls.
      connections: connections < fewConnections ? connections : connections - 1,
      connect,
      // Each call has limits of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    return this.#pool
  }
}

/** Below this each connection counts, so that none is spared for the first calls. */
const fewConnections = 8

/** So many calls are made before undici is worth its while. */
const firstCalls = 8

/** For a request that never came as far as a connection. */
const noController: Dispatcher.DispatchController = {
  aborted: true,
  paused: false,
  reason: null,
  abort() {},
  pause() {},
  resume() {},
}
