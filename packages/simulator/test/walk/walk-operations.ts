import { validate, verifyParameters, type Definition, type Method } from '@proxkit/schema'
import * as fc from 'fast-check'
import { createSimulator, type Simulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import { invalidParameters, type Mistake } from './invalid-parameters.js'
import { ownValues } from './own-values.js'
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

/** What a walk came to. */
export interface Walked {
  readonly findings: readonly Finding[]
  /** How many operations were called with parameters that are valid. */
  readonly called: number
  /** Operations for which no valid parameters were found that lead to them. */
  readonly missed: readonly string[]
  /** How many calls had a mistake in their parameters. */
  readonly mistakes: number
}

/** Calls operations as root with valid and invalid parameters, as a user without rights, and without a login. */
export async function walkOperations(options: WalkOptions): Promise<Walked> {
  const { definition, step, runs, seed } = options
  await using simulator = createSimulator({
    definition,
    clock: instantClock(),
    seed: { nodes: { pve: {} }, users: { [nobodyOf(definition)]: { password: 'no-rights' } } },
  })
  const start = simulator.snapshot()
  const findings: Finding[] = []
  const missed: string[] = []
  let called = 0
  let mistakes = 0
  for (const [index, method] of [...definition.methods()].entries()) {
    if (index % step > 0) continue
    const operation = `${method.verb} ${method.path}`
    const valid = validParameters(method, { ...fixed, ...ownValues[operation] })
    const sampled = fc.sample(valid, { numRuns: runs, seed })
    // A value with a slash leads elsewhere in most paths.
    const sets = sampled.filter(
      (params) =>
        isReached(definition, method, params) && verifyParameters(method.parameters, params).ok,
    )
    const [params] = sets
    if (params) {
      called += 1
      const wrong = invalidParameters(method, params)
      mistakes += wrong.length
      const whats = await callAll(simulator, method, { sets, params, wrong })
      findings.push(...whats.map((what) => ({ operation, what })))
    } else missed.push(operation)
    await simulator.idle()
    simulator.restore(start)
  }
  return { findings, called, missed, mistakes }
}

interface CallSets {
  readonly sets: readonly Params[]
  /** The first of them. */
  readonly params: Params
  readonly wrong: readonly Mistake[]
}

async function callAll(
  simulator: Simulator,
  method: Method,
  { sets, params, wrong }: CallSets,
): Promise<string[]> {
  const found: string[] = []
  for (const set of sets) found.push(...(await callAsRoot(simulator, method, set)))
  for (const mistake of wrong) found.push(...(await callInvalid(simulator, method, mistake)))
  found.push(...(await callWithoutRights(simulator, method, params)))
  found.push(...(await callWithoutLogin(simulator, method, params)))
  return found
}

async function callAsRoot(simulator: Simulator, method: Method, params: Params): Promise<string[]> {
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
  { name, what, params }: Mistake,
): Promise<string[]> {
  const { status, message, errors } = await send(simulator, method, params)
  if (status === 400 && errors?.[name] !== undefined) return []
  const value = JSON.stringify(params[name])
  return [`${what}, ${name}: ${value}, gives ${status} ${message} ${JSON.stringify(errors)}`]
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
  return status === 401 ? [] : [`without a login: ${status} for ${url}`]
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
