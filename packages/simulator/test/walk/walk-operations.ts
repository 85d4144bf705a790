import { validate, verifyParameters, type Definition, type Method } from '@proxkit/schema'
import * as fc from 'fast-check'
import { createSimulator, type Simulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import { validParameters, type Params } from './parameters-of.js'

/** Something that an operation should not have answered. */
export interface Finding {
  readonly operation: string
  readonly what: string
}

export interface WalkOptions {
  readonly definition: Definition
  /** Every how many operations one is tried. */
  readonly step: number
  /** How many sets of valid parameters each is called with. */
  readonly runs: number
  readonly seed: number
}

/** Operations whose answers are those of the product, and not as the product describes them. */
const ownForms: ReadonlySet<string> = new Set([
  // Nothing where the container is not running.
  'pve GET /nodes/{node}/lxc/{vmid}/interfaces',
  // Nothing where there is no cluster.
  'pve GET /cluster/config/totem',
  // The length of a prefix for a netmask.
  'pve GET /nodes/{node}/network',
  'pmg GET /nodes/{node}/network',
  // The descriptions of these know nothing of what they answer.
  'pbs GET /nodes',
  'pbs GET /nodes/{node}',
  'pbs DELETE /access/ticket',
  'pbs GET /admin/datastore/{store}/active-operations',
  'pbs POST /config/datastore',
  'pdm GET /nodes',
  'pdm GET /nodes/{node}',
  'pdm DELETE /access/ticket',
])

const fixed: Params = { node: 'pve' }

/** Somebody who may do nothing, in the realm that each product calls after itself. */
function nobodyOf({ id }: Definition): string {
  return `nobody@${id.product}`
}

/** Calls operations as root with valid and invalid parameters, as a user without rights, and without a login. */
export async function walkOperations(options: WalkOptions): Promise<Finding[]> {
  const { definition, step, runs, seed } = options
  await using simulator = createSimulator({
    definition,
    clock: instantClock(),
    seed: { nodes: { pve: {} }, users: { [nobodyOf(definition)]: { password: 'no-rights' } } },
  })
  const start = simulator.snapshot()
  const findings: Finding[] = []
  for (const [index, method] of [...definition.methods()].entries()) {
    if (index % step > 0) continue
    const sampled = fc.sample(validParameters(method, fixed), { numRuns: runs, seed })
    // A value with a slash leads elsewhere in most paths.
    const sets = sampled.filter((params) => isReached(definition, method, params))
    for (const what of await callAll(simulator, method, sets)) {
      findings.push({ operation: `${method.verb} ${method.path}`, what })
    }
    await simulator.idle()
    simulator.restore(start)
  }
  return findings
}

async function callAll(
  simulator: Simulator,
  method: Method,
  sets: readonly Params[],
): Promise<string[]> {
  const found: string[] = []
  for (const params of sets) found.push(...(await callAsRoot(simulator, method, params)))
  const [params] = sets
  if (!params) return found
  found.push(...(await callInvalid(simulator, method, params)))
  found.push(...(await callWithoutRights(simulator, method, params)))
  found.push(...(await callWithoutLogin(simulator, method, params)))
  return found
}

async function callAsRoot(simulator: Simulator, method: Method, params: Params): Promise<string[]> {
  const verified = verifyParameters(method.parameters, params)
  if (!verified.ok) return []
  const { status, data, message = '', errors } = await send(simulator, method, params)
  const shown = `${JSON.stringify(params)} → ${status} ${message} ${JSON.stringify(errors ?? '')}`
  // What is no refusal in the product's words is a mistake of ours.
  if (status >= 500 && /^\w*Error: /.test(message)) return [shown]
  if (status === 501 || status < 200) return [shown]
  if (status !== 200) return []
  const { returns } = method
  const { product } = simulator.definition.id
  if (ownForms.has(`${product} ${method.verb} ${method.path}`)) return []
  if (returns.type === 'null') return data === null ? [] : [`${shown}: ${JSON.stringify(data)}`]
  const check = validate(returns, data)
  return check.ok ? [] : [`${shown}: ${JSON.stringify(check.errors).slice(0, 300)}`]
}

async function callInvalid(
  simulator: Simulator,
  method: Method,
  params: Params,
): Promise<string[]> {
  const wrong = { ...params, 'no-such-parameter': 'x' }
  // One mistake at a time.
  if (!verifyParameters(method.parameters, params).ok) return []
  if (verifyParameters(method.parameters, wrong).ok) return []
  const { status, errors } = await send(simulator, method, wrong)
  const isRight = status === 400 && errors?.['no-such-parameter'] !== undefined
  return isRight ? [] : [`an unknown parameter gives ${status} ${JSON.stringify(errors)}`]
}

async function callWithoutRights(
  simulator: Simulator,
  method: Method,
  params: Params,
): Promise<string[]> {
  const { permissions } = method
  if (permissions?.user !== undefined) return []
  // Some checks find nothing to refuse where there is no such user.
  if (/"userid-(?:param|group)"|requireParam/.test(JSON.stringify(permissions ?? ''))) return []
  const { status, message } = await send(simulator, method, params, nobodyOf(simulator.definition))
  return status === 403 ? [] : [`without rights: ${status} ${message}`]
}

async function callWithoutLogin(
  simulator: Simulator,
  method: Method,
  params: Params,
): Promise<string[]> {
  if (method.permissions?.user === 'world') return []
  const url = `https://pve:8006/api2/json${pathOf(method, params)}`
  const { status } = await simulator.fetch(new Request(url, { method: method.verb }))
  return status === 401 ? [] : [`without a login: ${status}`]
}

function isReached(definition: Definition, method: Method, params: Params): boolean {
  const path = decodeURIComponent(pathOf(method, params))
  return definition.find(method.verb, path)?.method === method
}

function send(
  simulator: Simulator,
  method: Method,
  params: Params,
  user = 'root@pam',
): ReturnType<ReturnType<Simulator['transport']>['send']> {
  const rest = Object.fromEntries(
    Object.entries(params).filter(([name]) => !method.path.includes(`{${name}}`)),
  )
  return simulator.transport({ user }).send({
    verb: method.verb,
    path: pathOf(method, params),
    params: rest,
  })
}

function pathOf({ path }: Method, params: Params): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name] ?? 'x')),
  )
}
