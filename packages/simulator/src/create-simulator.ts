import { loadDefinition, type Definition, type Transport } from '@proxkit/schema'
import { withControl } from './control/control-service.js'
import { Coverage, withCoverage } from './control/coverage.js'
import { controlRoutes } from './control/control-routes.js'
import type { FaultRule } from './control/fault-rule.js'
import { Faults } from './control/faults.js'
import { Overrides, type OverrideMap } from './control/overrides.js'
import { RequestLog } from './control/request-log.js'
import { withAnswers, type Answers } from './control/with-answers.js'
import { faultyTask, withFaults } from './control/with-faults.js'
import { realClock } from './engine/real-clock.js'
import type { EtcPve } from './etc-pve/etc-pve.js'
import { createCertificate } from './engine/certificate.js'
import type { Clock } from './engine/clock.js'
import { fetchFrom } from './engine/http/fetch.js'
import { listen, type Listener } from './engine/http/listen.js'
import type { HttpService } from './engine/http/service.js'
import { inProcessTransport } from './engine/in-process-transport.js'
import { setNode, setQuorum, setStorage } from './control/switches.js'
import { Cluster } from './pve/cluster.js'
import { ReplicationRemover } from './pve/jobs/replication-remover.js'
import { Scheduler } from './pve/jobs/scheduler.js'
import { ClusterState, type ClusterSnapshot, type NodeFault } from './pve/state.js'
import { hashPasswordSync } from './pve/access/password.js'
import { simulateProduct } from './products/simulate-product.js'
import type { RecordedExchange } from './recording/recorded-exchange.js'
import { Recording } from './recording/recording.js'
import { buildProductSeed } from './seeds/build-product-seed.js'
import type { Seed } from './seeds/seed.js'
import { keepState } from './state/keep-state.js'
import { settledService } from './state/settled-service.js'
import { settledTransport } from './state/settled-transport.js'
import type { StateFile } from './state/state-file.js'

export interface SimulatorOptions {
  /** A built-in cluster, your own, or a copy of a real one (`readEtcPve` of `@proxkit/simulator/etc-pve`); default `lab`. */
  readonly seed?: 'lab' | 'single' | Seed | EtcPve
  /** Default: real time, at a speed that can be changed. */
  readonly clock?: Clock
  /** The API that is served, and with it the product; default that of Proxmox VE 9.2. Pulled ones work too. */
  readonly definition?: Definition
  /** Tells in the header field `X-Proxkit-Level` of each answer how true it is; default false. */
  readonly annotate?: boolean
  /** Password of root@pam; default what the seed says, `proxkit` in the built-in ones. */
  readonly rootPassword?: string
  /**
   * Where everything is kept from one run to the next, opened with `openStateFile` of `@proxkit/simulator/state`. The seed
   * is for a new file; one that was written goes on where it ended, and the clock no earlier. The simulator closes it.
   */
  readonly state?: StateFile
  /** What goes wrong from the start. */
  readonly faults?: readonly FaultRule[]
  /** Answers that stand in for the cluster's own from the start. */
  readonly overrides?: OverrideMap
  /** What a real server answered, as `parseRecording` reads it; the cluster answers other calls. */
  readonly recording?: readonly RecordedExchange[]
  /** Decides which calls a fault with a probability hits; default 1. */
  readonly randomSeed?: number
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
  /**
   * Opens the control under `/_proxkit/` to whoever shows this key in the header `X-Proxkit-Key`; without it there is
   * none on this port.
   */
  readonly controlKey?: string
}

export interface NodeChange {
  /** Switches the machine on or off; its guests stop with it. */
  readonly online?: boolean
  /** How calls for it get lost although it is on. */
  readonly fault?: NodeFault | 'none'
}

export interface StorageChange {
  /** Whether its server or medium is there. */
  readonly online?: boolean
  /** Bytes of the medium, on every node; what is taken already makes a small one full. */
  readonly capacity?: number
}

/** A Proxmox cluster in this process. */
export interface Simulator {
  readonly clock: Clock
  /** What goes wrong. */
  readonly faults: Faults
  /** Answers that stand in for the cluster's own. */
  readonly overrides: Overrides
  /** Answers of a real server that stand in for the cluster's own. */
  readonly recording: Recording
  /** The last calls over HTTP. */
  readonly requests: RequestLog
  /** How true each operation is, and how often it was called. */
  readonly coverage: Coverage
  /** The API that is served. */
  readonly definition: Definition
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
  /** Begins anew as at the start, or with another seed: state, faults, overrides, recording, request log and counts of calls. */
  reset(options?: { readonly seed?: SimulatorOptions['seed'] }): void
  /** Throws a `RangeError` for a node that the cluster does not have. */
  setNode(node: string, change: NodeChange): void
  /**
   * Takes the quorum away, or gives it back to nodes of which more than half are on: without it `/etc/pve` can only be read.
   * Throws a `RangeError` for a node on its own.
   */
  setQuorum(isThere: boolean): void
  /** Throws a `RangeError` for a storage that the cluster does not have. */
  setStorage(storage: string, change: StorageChange): void
  /** Resolves when no task runs any more. */
  idle(): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Creates a simulated cluster, or a server of another product. Throws `SeedError` when the seed makes no sense. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { state: file } = options
  const clock = options.clock ?? realClock({ start: Math.max(Date.now(), file?.time ?? 0) })
  const definition = options.definition ?? loadDefinition({ product: 'pve', version: '9.2' })
  const state = new ClusterState(clock, definition.id.version)
  const cluster = new Cluster(state, clock, definition)
  const faults = new Faults(options.randomSeed ?? 1)
  const overrides = new Overrides(definition)
  const recording = new Recording()
  const requests = new RequestLog()
  const answers: Answers = {
    overrides,
    recording,
    hasNode: (name) => name === 'localhost' || state.nodes.has(String(name)),
  }
  if (file?.snapshot) cluster.restore(file.snapshot)
  const kept = file && keepState(state, file, clock)
  if (!file?.snapshot) restoreSeed()
  else if (options.rootPassword !== undefined) setRootPassword(options.rootPassword)
  const scheduler = new Scheduler(cluster)
  const replicationRemover = new ReplicationRemover(cluster)
  const product = simulateProduct(cluster)
  const coverage = new Coverage(definition, product.rules)
  const answering = withFaults(withAnswers(product.rules, answers), { faults, clock })
  const rules = withCoverage(answering, coverage)
  if (product.tasks) state.tasks.style = product.tasks
  arrange()
  state.tasks.interfere = (start, body) => faultyTask(faults, start, body)
  const service = product.service({
    rules,
    annotate: options.annotate ?? false,
    observe: requests.add,
  })
  const listeners = new Set<Listener>()

  function reset({ seed }: Parameters<Simulator['reset']>[0] = {}): void {
    restoreSeed(seed)
    arrange()
  }

  function restoreSeed(seed = options.seed ?? 'lab'): void {
    const { rootPassword } = options
    const now = clock.now()
    cluster.restore(
      buildProductSeed(definition.id.product, seed, {
        now,
        version: definition.id.version,
        ...(rootPassword !== undefined && { rootPassword }),
      }),
    )
  }

  function setRootPassword(password: string): void {
    state.passwords.set('root@pam', hashPasswordSync(password))
  }

  function arrange(): void {
    faults.clear()
    for (const rule of options.faults ?? []) faults.add(rule)
    overrides.replace(options.overrides ?? {})
    recording.replace(options.recording ?? [])
    requests.clear()
    coverage.clear()
    scheduler.start()
    replicationRemover.arm()
  }

  function settled(answering: HttpService): HttpService {
    return kept ? settledService(answering, kept) : answering
  }

  async function close(): Promise<void> {
    scheduler.close()
    replicationRemover.close()
    await Promise.all([...listeners].map((listener) => listener.close()))
    listeners.clear()
    await state.tasks.stopAll()
    kept?.close()
  }

  const simulator: Simulator = {
    clock,
    definition,
    faults,
    overrides,
    recording,
    requests,
    coverage,
    async listen({ host, port, http = false, node = cluster.firstNode, ...rest } = {}) {
      const { idleTimeout, controlKey: key } = rest
      cluster.node(node)
      const pem = http ? undefined : await createCertificate(host)
      const listener = await listen(
        {
          ...(host !== undefined && { host }),
          ...(port !== undefined && { port }),
          ...(pem && { tls: pem }),
        },
        {
          service: settled(key === undefined ? service : withControl(service, { routes, key })),
          clock,
          node,
          ...(idleTimeout !== undefined && { idleTimeout }),
        },
      )
      listeners.add(listener)
      if (listener.fingerprint !== undefined) cluster.fingerprints.set(node, listener.fingerprint)
      return listener
    },
    transport({ user = 'root@pam', node = cluster.firstNode } = {}) {
      const transport = inProcessTransport({
        dispatch: (call) => product.dispatch(rules, call),
        user,
        node,
      })
      return kept ? settledTransport(transport, kept) : transport
    },
    fetch: (request) => fetchFrom(settled(service), request, { clock, node: cluster.firstNode }),
    snapshot: () => state.snapshot(),
    restore(snapshot) {
      cluster.restore(snapshot)
      scheduler.start()
      replicationRemover.arm()
    },
    reset,
    setNode: (node, change) => setNode(cluster, node, change),
    setQuorum: (isThere) => setQuorum(cluster, isThere),
    setStorage: (storage, change) => setStorage(cluster, storage, change),
    idle: () => state.tasks.idle(),
    close,
    [Symbol.asyncDispose]: close,
  }
  const routes = controlRoutes(simulator)
  return simulator
}
