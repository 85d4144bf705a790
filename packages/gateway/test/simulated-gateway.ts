import { connectServer } from '@proxkit/client/server'
import { createGateway, type Gateway, type GatewayOptions } from '@proxkit/gateway'
import {
  createSimulator,
  instantClock,
  type Simulator,
  type SimulatorOptions,
} from '@proxkit/simulator'

/** A token of the seeds that may do everything. */
export const token = 'PVEAPIToken=root@pam!ci=00000000-0000-4000-8000-000000000001'

export interface SimulatedGateway extends AsyncDisposable {
  readonly gateway: Gateway
  readonly simulator: Simulator
  /** Calls with the token; the body is told as JSON. */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object): Promise<Called>
}

export interface Called {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** A gateway before a simulated cluster that is reached over HTTP, as a real one is. */
export async function simulatedGateway(
  options: SimulatorOptions = {},
  given: Partial<GatewayOptions> = {},
): Promise<SimulatedGateway> {
  const simulator = createSimulator({ clock: instantClock(), ...options })
  const { definition } = simulator
  const { url } = await simulator.listen({ http: true })
  const server = connectServer({ product: definition.id.product, url })
  const gateway = createGateway({
    clusters: [{ name: 'lab', definition, upstream: server }],
    mode: 'simulate',
    // None but those that are built in, whatever else this machine has.
    definitions: '/nonexistent',
    ...given,
  })
  return {
    gateway,
    simulator,
    async call(method, url, body) {
      const headers = { authorization: token }
      const answer = await gateway.inject({ method, url, headers, ...(body && { payload: body }) })
      return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
    },
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await server.close()
      await simulator.close()
    },
  }
}
