import { Agent } from 'node:http'
import type { Duplex } from 'node:stream'
import type { EngineOptions } from './engine.js'

/** Takes its connections from a connector, so that TLS is up to that and every request is plain HTTP to Node.js. */
export class ConnectorAgent extends Agent {
  readonly #connect: EngineOptions['connect']
  readonly #protocol: string
  // Any scheme will do: see above.
  readonly protocol: string

  constructor({ origin, connect }: Pick<EngineOptions, 'origin' | 'connect'>) {
    super({ keepAlive: true, timeout: keepAliveTimeout })
    this.#connect = connect
    this.#protocol = new URL(origin).protocol
    this.protocol = this.#protocol
  }

  override createConnection(
    options: { host?: string | null; port?: number | string | null },
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const target = {
      protocol: this.#protocol,
      hostname: options.host ?? '',
      port: String(options.port ?? ''),
    }
    this.#connect(target, (...[error, socket]) => {
      // Node.js reads the second only where the first is null.
      Reflect.apply(callback ?? (() => {}), undefined, [error, socket])
    })
  }
}

/** As undici has it: below what servers commonly wait before they close. */
const keepAliveTimeout = 4000
