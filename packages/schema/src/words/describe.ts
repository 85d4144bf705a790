import type { DefinitionId, Method } from '../model.js'
import { loadWords } from './load-words.js'

/** Names an operation; a `Method` will do. */
export type OperationName = Pick<Method, 'verb' | 'path'>

/** Names a parameter of an operation. */
export interface ParameterName extends OperationName {
  /** Such as `net0` or `net[n]`; a member of a property string follows after a dot: `net0.bridge`. */
  readonly name: string
}

/**
 * What an operation does, in one line without a full stop; undefined where there are no words for it. The words of a
 * product are read when they are first asked for, and serve all of its versions.
 */
export function describeOperation(
  { product }: DefinitionId,
  { verb, path }: OperationName,
): string | undefined {
  return loadWords(product).operations.get(`${verb} ${path}`)
}

/** What a parameter means, in one sentence without a full stop; undefined where there are no words for it. */
export function describeParameter(
  { product }: DefinitionId,
  { verb, path, name }: ParameterName,
): string | undefined {
  const { exceptions, parameters } = loadWords(product)
  const keys = keysOf(name)
  for (const place of placesOf({ verb, path })) {
    const here = exceptions.get(place)
    const found = here && firstOf(here, keys)
    if (found !== undefined) return found
  }
  return firstOf(parameters, keys)
}

/** Under which keys a name is looked up: `net0.bridge`, `net[n].bridge`, `.bridge`. */
function keysOf(name: string): string[] {
  const dot = name.indexOf('.')
  const parent = dot === -1 ? name : name.slice(0, dot)
  const member = dot === -1 ? '' : name.slice(dot)
  const keys = [name, `${parent.replace(/\d+$/, '[n]')}${member}`]
  return member === '' ? keys : [...keys, member]
}

/**
 * The runs of components of a path, each with the verb and without: those that reach deepest first, and of these the
 * longest first.
 */
function* placesOf({ verb, path }: OperationName): Generator<string> {
  const components = path.split('/').slice(1)
  for (let end = components.length; end > 0; end--) {
    for (let start = 0; start < end; start++) {
      const run = `/${components.slice(start, end).join('/')}`
      yield `${verb} ${run}`
      yield run
    }
  }
}

function firstOf(words: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const found = words.get(key)
    if (found !== undefined) return found
  }
  return undefined
}
