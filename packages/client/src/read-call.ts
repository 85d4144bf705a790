import { types } from 'node:util'
import type { CallOptions } from './call-types.js'
import { isPlainObject } from './params.js'
import { joinPath, splitPath } from './path.js'

/** A call as its arguments tell it. */
export interface GivenCall {
  readonly path: string
  readonly params: object | undefined
  readonly options: CallOptions | undefined
}

export interface CallSite {
  /** The path of the handle. */
  readonly path: string
  /** At the root a string is a path, with its slashes and placeholders; anywhere else it is one id. */
  readonly isRoot: boolean
}

/** Reads the arguments of a verb: pieces of the path first, then parameters, then options. */
export const readCall = ({ path, isRoot }: CallSite, given: readonly unknown[]): GivenCall => {
  const end = given.findIndex((argument) => !isPiece(argument))
  const pieces = end === -1 ? given : given.slice(0, end)
  const [params, options] = end === -1 ? [] : given.slice(end)
  if (params !== undefined && params !== null && !isPlainObject(params)) {
    throw new TypeError('parameters are given as an object')
  }
  const callOptions = isPlainObject(options) ? options : undefined
  const call = { params: params ?? undefined, options: callOptions }
  if (pieces.length === 0) return { path: path || '/', ...call }
  if (!isRoot) return { path: joinPath(path, pieces), ...call }
  const template = pieces.map(splitAtRoot)
  return { ...fill(template, params ?? {}), options: callOptions }
}

/** Slashes part a string only where it is given to the root; anywhere else they belong to the id. */
export const splitAtRoot = (id: unknown): unknown =>
  typeof id === 'string' && (id === '' || id.includes('/')) ? splitPath(id) : id

const isPiece = (argument: unknown): boolean =>
  typeof argument === 'string' ||
  typeof argument === 'number' ||
  types.isStringObject(argument) ||
  Array.isArray(argument)

/** Puts parameters in the place of `{name}`; the others remain. */
const fill = (
  template: readonly unknown[],
  given: object,
): { readonly path: string; readonly params: object } => {
  const values = new Map(Object.entries(given))
  const filled = template.flat().map((component: unknown) => {
    const [, name] = (typeof component === 'string' && /^\{(.+)\}$/.exec(component)) || []
    if (name === undefined) return component
    const value: unknown = values.get(name)
    if (value === undefined || value === null) {
      throw new TypeError(`the path ${template.flat().join('/')} needs the parameter ${name}`)
    }
    values.delete(name)
    return value
  })
  return { path: joinPath('', filled) || '/', params: Object.fromEntries(values) }
}
