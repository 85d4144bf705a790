import {
  verifyParameters,
  type Definition,
  type FormatContext,
  type Method,
  type Verb,
} from '@proxkit/schema'
import { invalidParameters, notImplemented, permissionDenied } from './fault.js'
import type { Outcome } from './handle.js'
import type { Level } from './level.js'
import type { TarMember } from './tar-reader.js'

/** A call after the wire: who asks what of which node. */
export interface Call {
  readonly verb: Verb
  /** Decoded path below `/api2/<format>`, as sent. */
  readonly path: string
  /** Query and body parameters. */
  readonly params: Readonly<Record<string, unknown>>
  /** User id, of a token with its name; undefined without a login. */
  readonly user: string | undefined
  /** An API token came along, whether or not it was looked at. */
  readonly showsToken: boolean
  /** The node that was contacted. */
  readonly node: string
  /** The parameters as they are after being written out again for the next daemon, where that changes them. */
  readonly resentParams?: Readonly<Record<string, unknown>> | undefined
  /** It was passed on by a node already and must not be passed on again. */
  readonly isForwarded?: boolean
  /** The file that came along. */
  readonly upload?: UploadedFile | undefined
}

/** A file that was sent to be stored; of its content only what is needed to judge it. */
export interface UploadedFile {
  /** Where the product would have put it meanwhile; the call names it. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Its first bytes, 64 KiB at most. */
  readonly beginning: Buffer
  /** The files in it, where it is a tar archive. */
  readonly members: readonly TarMember[]
  /** Checksum by the algorithm that the client named, in hexadecimal digits. */
  readonly checksum: string | undefined
}

/** What a product decides for itself along the way of a call. */
export interface ProductRules {
  /** Throws a `Fault` when the caller may not use the method with these parameters. */
  authorize(
    method: Method,
    user: string | undefined,
    params: Readonly<Record<string, unknown>>,
  ): void
  /** The node that executes the call; throws when it cannot be reached. */
  locate(method: Method, call: Call, params: Readonly<Record<string, unknown>>): string
  /** What some formats of parameters need to know. */
  formats?(): FormatContext
  /** How true the answers of a method are. */
  level(method: Method): Level
  /** Answers with everything that the product gives its handlers. */
  run(
    call: Call,
    method: Method,
    params: Readonly<Record<string, unknown>>,
    node: string,
  ): Promise<Outcome>
}

/** A call that may be made: what answers it, where, and who takes part. */
export interface Routed {
  readonly method: Method
  readonly params: Readonly<Record<string, unknown>>
  readonly node: string
  /** Another daemon answers: the privileged one of this node, or one of the node that the call is for. */
  readonly relay: 'daemon' | 'node' | undefined
}

/**
 * Answers a call in the vendor's own order, which decides the answer to a request with two faults.
 *
 * pve-manager HTTPServer.pm: rest_handler
 */
export async function dispatch(
  definition: Definition,
  rules: ProductRules,
  call: Call,
): Promise<Outcome> {
  return execute(rules, call, route(definition, rules, call))
}

/** Everything before the call reaches the daemon that executes it. */
export function route(definition: Definition, rules: ProductRules, call: Call): Routed {
  const { verb, path, user, showsToken } = call
  const found = definition.find(verb, path)
  if (!found) throw notImplemented(verb, path)
  const { method, pathParams } = found

  const params = mergeParameters(pathParams, call.params)

  if (showsToken && method.allowtoken === false) {
    throw permissionDenied(`URI '${path}' not available with API token, need proper ticket.\n`)
  }
  rules.authorize(method, user, params)
  const node = rules.locate(method, call, params)
  const relay = node !== call.node ? 'node' : method.protected ? 'daemon' : undefined
  if (!relay || !call.resentParams) return { method, params, node, relay }
  return { method, params: mergeParameters(pathParams, call.resentParams), node, relay }
}

/** What that daemon does. */
export async function execute(
  rules: ProductRules,
  call: Call,
  { method, params, node }: Routed,
): Promise<Outcome> {
  const verified = verifyParameters(method.parameters, params, rules.formats?.())
  if (!verified.ok) throw invalidParameters(verified.errors)

  return rules.run(call, method, verified.params, node)
}

function mergeParameters(
  pathParams: Readonly<Record<string, string>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const names = Object.keys(given)
  if (names.length === 0) return pathParams
  // No prototype: a parameter may have any name.
  const merged: Record<string, unknown> = Object.assign(Object.create(null), pathParams)
  for (const name of names.toSorted()) {
    const value = given[name]
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
    if (Object.hasOwn(pathParams, name) && text !== pathParams[name]) {
      throw invalidParameters({
        [name]: 'duplicate parameter (already defined in URI) with conflicting values!',
      })
    }
    merged[name] = value
  }
  return merged
}
