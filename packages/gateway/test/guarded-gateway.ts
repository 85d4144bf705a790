import { createHash } from 'node:crypto'
import { connectServer } from '@proxkit/client/server'
import { createGateway, type Gateway, guardedDoor, readAccess, tokenLogin } from '@proxkit/gateway'
import { createSimulator, instantClock, type Simulator } from '@proxkit/simulator'
import { token } from './simulated-gateway.js'

/** The key of the caller `name`; long enough that nobody would guess it, if it were not here. */
export const keyOf = (name: string): string => `key-of-${name}-0123456789abcdef0123456789abcdef`

export const hashOf = (key: string): string =>
  `sha256:${createHash('sha256').update(key).digest('hex')}`

export interface GuardedGateway extends AsyncDisposable {
  readonly gateway: Gateway
  readonly simulator: Simulator
  call(caller: string, request: string, body?: object): Promise<Told>
  /** The calls that the cluster has seen since, but for those by which the gateway learns of guests. */
  seen(): readonly Seen[]
}

export interface Told {
  readonly status: number
  readonly body: unknown
}

export interface Seen {
  readonly verb: string
  readonly path: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A gateway that acts with its own token, for callers who are named as their policies. */
export async function guardedGateway(policies: string): Promise<GuardedGateway> {
  const simulator = createSimulator({ clock: instantClock() })
  const { definition } = simulator
  const { url } = await simulator.listen({ http: true })
  const upstream = connectServer({ product: 'pve', url })
  const names = [...policies.matchAll(/^ {2}([\w-]+):/gm)].map((match) => match[1] ?? '')
  const callers = names.map(
    (name) => `  - { name: ${name}, key: '${hashOf(keyOf(name))}', policy: ${name} }`,
  )
  const access = readAccess(
    `policies:\n${policies}\ncallers:\n${callers.join('\n')}`,
    'access.yaml',
  )
  const gateway = createGateway({
    clusters: [{ name: 'lab', definition, upstream }],
    mode: 'real',
    door: guardedDoor({ access, logins: new Map([['lab', tokenLogin(secretOf(token), 'pve')]]) }),
  })
  return {
    gateway,
    simulator,
    async call(caller, request, body) {
      const verb = verbs.find((known) => request.startsWith(known)) ?? 'GET'
      const url = request.slice(verb.length + 1)
      const answer = await gateway.inject({
        method: verb,
        url,
        headers: { authorization: `Bearer ${keyOf(caller)}` },
        ...(body && { payload: body }),
      })
      return { status: answer.statusCode, body: answer.json() }
    },
    seen: () =>
      simulator.requests
        .list()
        .filter(({ path, params }) => !(path === '/cluster/resources' && params['type'] === 'vm')),
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await upstream.close()
      await simulator.close()
    },
  }
}

const verbs = ['GET', 'POST', 'PUT', 'DELETE'] as const

const secretOf = (header: string): string => header.replace(/^PVEAPIToken=/, '')
