import type { buildConnector } from 'undici'
import type { Clock } from '../clock.js'
import type { Endpoint } from './endpoint.js'
import type { Engine } from './engine.js'

/** One way in: in a cluster, each node answers for all. */
export interface Host {
  readonly endpoint: Endpoint
  readonly engine: Engine
  /** Opens a connection of its own. */
  readonly connect: buildConnector.connector
}

/**
 * The hosts that a client may ask, of which it stays with one while that one answers.
 *
 * A host that failed is passed over for a while, so that it costs one attempt and not one for each call.
 */
export class Hosts {
  readonly #hosts: readonly Host[]
  /** How many times more all of them are asked. */
  readonly retries: number
  readonly #clock: Clock
  /** Until when a host is passed over, in milliseconds since 1970. */
  readonly #avoided = new Map<Host, number>()
  #current: Host

  constructor(
    hosts: readonly [Host, ...Host[]],
    { clock, retries = 2 }: { readonly clock: Clock; readonly retries?: number | undefined },
  ) {
    this.#hosts = hosts
    this.#clock = clock
    this.retries = retries
    ;[this.#current] = hosts
  }

  get all(): readonly Host[] {
    return this.#hosts
  }

  get current(): Host {
    return this.#current
  }

  /** Passes over a host, and goes on to the next that is not passed over. */
  avoid(host: Host): void {
    this.#avoided.set(host, this.#clock.now() + avoidance)
    if (host === this.#current) this.#current = this.#following(host, []) ?? host
  }

  /** The host to ask after those that a call has tried; those that failed lately come last. */
  next(tried: readonly Host[]): Host | undefined {
    return tried.includes(this.#current) ? this.#following(this.#current, tried) : this.#current
  }

  /** A host that answered is the one to ask from now on. */
  answered(host: Host): void {
    if (host === this.#current) return
    this.#avoided.delete(host)
    this.#current = host
  }

  #following(host: Host, tried: readonly Host[]): Host | undefined {
    const at = this.#hosts.indexOf(host)
    const inTurn = [...this.#hosts.slice(at + 1), ...this.#hosts.slice(0, at)].filter(
      (other) => !tried.includes(other),
    )
    return inTurn.find((other) => !this.#isAvoided(other)) ?? inTurn.at(0)
  }

  #isAvoided(host: Host): boolean {
    const left = (this.#avoided.get(host) ?? 0) - this.#clock.now()
    // A clock that was set back must not make it longer.
    return left > 0 && left <= avoidance
  }
}

/** Milliseconds in which a host that failed is passed over. */
const avoidance = 30_000
