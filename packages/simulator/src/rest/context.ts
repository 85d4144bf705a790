import type { Method, Verb } from '@proxkit/schema'
import type { Clock } from '../engine/clock.js'
import type { TaskBody } from '../engine/tasks.js'
import type { Cluster } from '../pve/cluster.js'
import type { RestRights } from './access/rights.js'
import type { RestProduct } from './product.js'
import type { RestParams } from './verify-parameters.js'

/** What a handler has to work with. */
export interface RestContext {
  readonly product: RestProduct
  /** Verified parameters with the types that their schemas name. */
  readonly params: RestParams
  readonly method: Method
  /** The state of the server: a cluster of one node. */
  readonly cluster: Cluster
  readonly node: string
  /** User id, of a token with its name; `''` for calls that need no login. */
  readonly user: string
  readonly rights: RestRights
  readonly clock: Clock
  /** Starts a task and returns its identifier. */
  readonly startTask: (type: string, id: string, body: TaskBody) => string
  /** Tells something beside the data, such as the digest of a file. */
  readonly tell: (name: string, value: unknown) => void
}

/** The semantics of one operation. */
export interface RestHandler {
  readonly verb: Verb
  readonly path: string
  readonly run: (context: RestContext) => unknown
  /** It works on a configuration file in the general way. */
  readonly isStored?: true
}

export function handleRest(
  verb: Verb,
  path: string,
  run: (context: RestContext) => unknown,
): RestHandler {
  return { verb, path, run }
}

export function storedRest(
  verb: Verb,
  path: string,
  run: (context: RestContext) => unknown,
): RestHandler {
  return { verb, path, run, isStored: true }
}

/** A parameter that is text; undefined when it was not given. */
export function textOf(params: RestParams, name: string): string | undefined {
  const value = params[name]
  return typeof value === 'string' ? value : undefined
}

/** A parameter that is text and cannot be absent. */
export function needText(params: RestParams, name: string): string {
  return textOf(params, name) ?? ''
}

export function numberOf(params: RestParams, name: string): number | undefined {
  const value = params[name]
  return typeof value === 'number' ? value : undefined
}

/** A parameter that is true; false when it was not given. */
export function isSet(params: RestParams, name: string): boolean {
  return params[name] === true
}

export function listOf(params: RestParams, name: string): string[] {
  const value = params[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
