import type { Definition, FoundMethod } from '@proxkit/schema'
import type { Call, ProductRules } from '../engine/dispatch.js'
import { Fault } from '../engine/fault.js'
import type { Outcome } from '../engine/handle.js'
import { parseTextParameters, verifyJsonParameters, type RestParams } from './verify-parameters.js'

export type RestRules = ProductRules

/** What a request gives beside its path: pairs of texts, or an object with types. */
export type GivenParameters =
  | { readonly pairs: readonly (readonly [string, string])[] }
  | { readonly json: Readonly<Record<string, unknown>> }

/** Answers a call that comes without a wire: its parameters are those of a form. */
export async function dispatchRest(
  definition: Definition,
  rules: RestRules,
  call: Call,
): Promise<Outcome> {
  const found = definition.find(call.verb, call.path)
  if (!found) throw new Fault(404, `Path '/api2/json${call.path}' not found.`)
  return dispatchFound(rules, { call, found, given: { pairs: pairsOf(call.params) } })
}

/**
 * Permissions first, and by the path alone; then the parameters.
 *
 * proxmox-rs proxmox-rest-server/src/rest.rs: handle_request
 */
export async function dispatchFound(
  rules: RestRules,
  {
    call,
    found,
    given,
  }: { readonly call: Call; readonly found: FoundMethod; readonly given: GivenParameters },
): Promise<Outcome> {
  const { method, pathParams } = found
  rules.authorize(method, call.user, pathParams)
  const node = rules.locate(method, call, pathParams)
  return rules.run(call, method, verified(found, given), node)
}

function verified({ method, pathParams }: FoundMethod, given: GivenParameters): RestParams {
  const { parameters } = method
  const inPath = Object.entries(pathParams)
  if ('pairs' in given) return parseTextParameters(parameters, [...given.pairs, ...inPath])
  const fromPath = parseTextParameters({ ...parameters, additionalProperties: true }, inPath, {
    isPart: true,
  })
  return verifyJsonParameters(parameters, { ...given.json, ...fromPath })
}

function pairsOf(params: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(params).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((item): [string, string] => [name, String(item)])
      : [[name, String(value)] satisfies [string, string]],
  )
}
