import type { Method, Params, Verb } from '@proxkit/schema'
import type { Guests } from './guests.js'

/** A call as a policy looks at it: what the server will make of it, however it was spelt. */
export interface Call {
  readonly verb: Verb
  readonly method: Method
  /** Those of path, query and body together. */
  readonly parameters: Params
  /** Without those of the path. */
  readonly own: Params
  /** Decoded, without what a server passes over. */
  readonly path: string
  readonly isUpgrade: boolean
  /** A file comes along, and parameters beside it that nobody has looked at. */
  readonly hasFile: boolean
  /** Those of the cluster. */
  readonly guests: () => Promise<Guests>
}

/** Why a call may not pass. */
export interface Denial {
  /** The part of the policy that refuses it. */
  readonly rule: string
  readonly detail: string
}

/** The path of a method with the values of its placeholders, percent-encoded. */
export function filledPath(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  )
}

/** The texts in a parameter, however deep. */
export function textsIn(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  if (typeof value === 'object') return Object.values(value).flatMap(textsIn)
  if (typeof value === 'boolean') return [value ? '1' : '0']
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
}
