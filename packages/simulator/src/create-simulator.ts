import { loadDefinition, type Transport } from '@proxkit/schema'
import { createCertificate } from './engine/certificate.js'
import { realClock, type Clock } from './engine/clock.js'
import { fetchFrom } from './engine/http/fetch.js'
import { listen, type Listener } from './engine/http/listen.js'
import { inProcessTransport } from './engine/in-process-transport.js'
import { Cluster } from './pve/cluster.js'
import { createService } from './pve/create-service.js'
import { Scheduler } from './pve/jobs/scheduler.js'
import { pveRules } from './pve/rules.js'
import { ClusterState, type ClusterSnapshot } from './pve/state.js'
import { buildSeed } from './seeds/build-seed.js'
import type { Seed } from './seeds/seed.js'

export interface SimulatorOptions {
  /** A built-in cluster or your own; default `lab`. */
  readonly seed?: 'lab' | 'single' | Seed
  /** Default: real time. */
  readonly clock?: Clock
  /** Password of root@pam; default what the seed says, `proxkit` in the built-in ones. */
  readonly rootPassword?: string
}

export interface SimulatorListenOptions {
  /** Address to listen on; default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** Plain HTTP, which no real node speaks; default false. */
  readonly http?: boolean
  /** The node that clients of this port talk to; default the first one. */
  readonly node?: string
  /** Real milliseconds after which a silent client is cut off; default 5000, as on a real node. */
  readonly idleTimeout?: number
}

/** A Proxmox cluster in this process. */
export interface Simulator {
  readonly clock: Clock
  /** Opens a port; several may be open at once. */
  listen(options?: SimulatorListenOptions): Promise<Listener>
  /** A transport for `@proxkit/client` that runs the whole pipeline without a socket; default user `root@pam`. */
  transport(options?: { readonly user?: string; readonly node?: string }): Transport
  /** Answers a web `Request`, login included, without a socket. */
  fetch(request: Request): Promise<Response>
  /** The whole state as plain data. */
  snapshot(): ClusterSnapshot
  /** Goes back to a snapshot; tasks that run now are abandoned. */
  restore(snapshot: ClusterSnapshot): void
  /** Resolves when no task runs any more. */
  idle(): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Creates a simulated cluster of Proxmox VE 9.2. Throws `SeedError` when the seed makes no sense. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const clock = options.clock ?? realClock()
  const definition = loadDefinition({ product: 'pve', version: '9.2' })
  const state = new ClusterState(clock)
  const cluster = new Cluster(state, clock)
  state.restore(
    buildSeed(options.seed ?? 'lab', {
      now: clock.now(),
      ...(options.rootPassword !== undefined && { rootPassword: options.rootPassword }),
    }),
  )
  const rules = pveRules(cluster)
  const service = createService(cluster, { definition, rules })
  const listeners = new Set<Listener>()
  const scheduler = new Scheduler(cluster, rules.handlers)
  scheduler.start()

  async function close(): Promise<void> {
    scheduler.close()
    await Promise.all([...listeners].map((listener) => listener.close()))
    listeners.clear()
    await state.tasks.stopAll()
  }

  return {
    clock,
    async listen({ host, port, http = false, node = cluster.firstNode, idleTimeout } = {}) {
      cluster.node(node)
      const pem = http ? undefined : await createCertificate(host)
      const listener = await listen(
        {
          ...(host !== undefined && { host }),
          ...(port !== undefined && { port }),
          ...(pem && { tls: pem }),
        },
        { service, clock, node, ...(idleTimeout !== undefined && { idleTimeout }) },
      )
      listeners.add(listener)
      if (listener.fingerprint !== undefined) cluster.fingerprints.set(node, listener.fingerprint)
      return listener
    },
    transport({ user = 'root@pam', node = cluster.firstNode } = {}) {
      return inProcessTransport({ definition, rules, user, node })
    },
    fetch: (request) => fetchFrom(service, request, { clock, node: cluster.firstNode }),
    snapshot: () => state.snapshot(),
    restore(snapshot) {
      cluster.restore(snapshot)
      scheduler.start()
    },
    idle: () => state.tasks.idle(),
    close,
    [Symbol.asyncDispose]: close,
  }
}
