import { type Clock, systemClock } from '@proxkit/client/server'
import type { ApiRequest, ApiResponse, Transport } from '@proxkit/schema'
import type { Cluster } from '../cluster.js'
import { type HeldLogin, renewed } from '../upstream/held-login.js'
import type { Access } from './access.js'
import { bearerTokens } from './bearer-tokens.js'
import { type Identify, proofIn } from './caller.js'
import type { Admission, Door, Knock, Refused } from './door.js'
import { gatewayKeys } from './gateway-keys.js'
import { exactPassOn } from './exact-pass-on.js'
import { exactUpgrade } from './exact-upgrade.js'
import { judgedCall } from './judged-call.js'
import { filledPath } from './policy/call.js'
import { guestDirectory } from './policy/guests.js'
import { type Judge, judgeOf } from './policy/judge.js'

export interface GuardedDoorOptions {
  readonly access: Access
  /** The login of the gateway for each cluster, by its name. */
  readonly logins: ReadonlyMap<string, HeldLogin>
  readonly clock?: Clock
  /** In place of the system's own, for the keys of an issuer. */
  readonly fetch?: typeof fetch
}

/** Callers show what the gateway knows them by, and act with its login as far as their policy goes. */
export function guardedDoor({
  access: { policies, callers, tokens },
  logins,
  clock = systemClock,
  fetch,
}: GuardedDoorOptions): Door {
  const identify = [
    gatewayKeys(callers),
    ...(tokens ? [bearerTokens(tokens, { clock, ...(fetch && { fetch }) })] : []),
  ]
  const judges = new Map(Object.entries(policies).map(([name, policy]) => [name, judgeOf(policy)]))
  const directories = new Map<Cluster, ReturnType<typeof guestDirectory>>()
  const authentication = tokens
    ? `a key of the gateway, or a token of ${tokens.issuer}`
    : 'a key of the gateway'
  return { authentication, admit }

  async function admit(knock: Knock): Promise<Admission> {
    const caller = await identified(knock, identify)
    if ('allowed' in caller) return caller
    const judge = judges.get(caller.policy)
    const login = logins.get(knock.cluster.name)
    if (!judge || !login) {
      const detail = `cluster '${knock.cluster.name}' is not behind this door`
      return { allowed: false, status: 403, detail }
    }
    const call = await judgedCall(knock, guestsOf(knock.cluster, login))
    if ('allowed' in call) return call
    const denial = await judge.judge(call)
    if (denial) {
      const rule = `${caller.policy}.${denial.rule}`
      const detail = `policy '${caller.policy}' refuses it for ${caller.name} by its rule '${denial.rule}': ${denial.detail}`
      return { allowed: false, status: 403, detail, rule, caller: caller.name, isKnown: true }
    }
    const visible = await judge.visible(call)
    const shown = await login.shown()
    const isDryRun = judge.policy['dry-run'] && knock.verb !== 'GET'
    return {
      allowed: true,
      caller: caller.name,
      isKnown: true,
      transport: visibleTransport(knock, { login, visible }),
      shown: shown.fields,
      passOn: exactPassOn(knock, { call, login, visible, isDryRun }),
      upgrade: exactUpgrade(knock, { call, shown }),
      isDryRun,
    }
  }

  function guestsOf(cluster: Cluster, login: HeldLogin): ReturnType<typeof guestDirectory> {
    const known = directories.get(cluster)
    if (known) return known
    const directory = guestDirectory(loggedIn(cluster, login), clock)
    directories.set(cluster, directory)
    return directory
  }
}

async function identified(
  { headers }: Knock,
  identify: readonly Identify[],
): Promise<{ readonly name: string; readonly policy: string } | Refused> {
  const proof = proofIn(headers)
  if (proof === undefined) {
    return unknown("a key or token of the gateway is needed: 'Authorization: Bearer …'")
  }
  for (const ask of identify) {
    const found = await ask(proof)
    if (found && 'reason' in found) return unknown(`the token is refused: ${found.reason}`)
    if (found) return found
  }
  return unknown('the gateway does not know this key')
}

const unknown = (detail: string): Refused => ({
  allowed: false,
  status: 401,
  detail,
  headers: { 'www-authenticate': 'Bearer' },
})

/** A call as the login; where the server refuses that, once more with the next. */
function loggedIn({ upstream }: Cluster, login: HeldLogin): Transport {
  return {
    async send(request: ApiRequest): Promise<ApiResponse> {
      const shown = await login.shown()
      const answer = await upstream.transport(shown).send(request)
      if (answer.status !== 401) return answer
      const next = await renewed(login, shown)
      return next ? upstream.transport(next).send(request) : answer
    },
    close: async () => {},
  }
}

interface Sight {
  readonly login: HeldLogin
  readonly visible: Awaited<ReturnType<Judge['visible']>>
}

/** Sends the call that was judged, by the path that was judged, and shows of a list what may be seen. */
function visibleTransport(
  { cluster, path, operation }: Knock,
  { login, visible }: Sight,
): Transport {
  const transport = loggedIn(cluster, login)
  const judged = operation && filledPath(operation.method.path, operation.pathParams)
  return {
    async send(request) {
      if (request.path !== path || judged === undefined) return transport.send(request)
      const { total, ...answer } = await transport.send({ ...request, path: judged })
      if (!visible || !Array.isArray(answer.data)) {
        return { ...answer, ...(total !== undefined && { total }) }
      }
      return { ...answer, data: answer.data.filter(visible) }
    },
    close: async () => {},
  }
}
