import type { Definition, Method, Product, Verb } from '@proxkit/schema'
import { print, printJson } from '../print.js'
import { UsageError } from '../usage-error.js'
import { findDefinition } from './find-definition.js'
import { formatOperation } from './format-operation.js'
import { nearestPath } from './nearest-path.js'
import { viewOperation } from './operation-view.js'
import { pathsBelow } from './paths-below.js'

export interface ShowOptions {
  readonly product?: Product
  /** A version, the name of a pulled definition, or a file. */
  readonly version?: string
  readonly output: 'text' | 'json'
}

export interface ShownPlace {
  readonly path: string
  readonly verb: string | undefined
}

/** Prints the operations at a path, and which paths lie below. */
export function show(
  { path: given, verb }: ShownPlace,
  { product, version, output }: ShowOptions,
): void {
  const { name, definition, vendorTexts } = findDefinition(version, product)
  const path = `/${given.replaceAll(/^\/+|\/+$/g, '')}`
  const methods = methodsAt(definition, path)
  const below = pathsBelow(definition, methods[0]?.path ?? path)
  if (methods.length === 0 && below.length === 0) {
    throw new UsageError(`${name} has no path ${path}; ${advice(definition, path)}`)
  }
  const wanted = verb === undefined ? methods : methods.filter((method) => isOf(method, verb))
  if (wanted.length === 0 && verb !== undefined) {
    const known = methods.map((method) => method.verb).join(', ') || 'no verb'
    throw new UsageError(`${name} has no ${verb} at ${path}: it takes ${known}`)
  }
  const texts = vendorTexts?.()
  const operations = wanted.map((method) =>
    viewOperation(method, {
      id: definition.id,
      texts: texts?.[`${method.verb} ${method.path}`] ?? {},
    }),
  )
  if (output === 'json') {
    printJson({ definition: { name, ...definition.id }, operations, below })
    return
  }
  const columns = process.stdout.columns ?? 100
  const list = below.length === 0 ? [] : [['Below', ...below.map((each) => `  ${each}`)].join('\n')]
  print([...operations.map((view) => formatOperation(view, columns)), ...list].join('\n\n'))
}

function advice(definition: Definition, path: string): string {
  const { known, similar } = nearestPath(definition, path)
  return similar === undefined
    ? `proxkit schema show ${known} lists what there is`
    : `did you mean ${similar}?`
}

const verbs: readonly Verb[] = ['GET', 'POST', 'PUT', 'DELETE']

/** By its template, or by a path that a call would name. */
function methodsAt(definition: Definition, path: string): Method[] {
  return verbs.flatMap(
    (verb) => definition.method(verb, path) ?? definition.find(verb, path)?.method ?? [],
  )
}

const isOf = (method: Method, verb: string): boolean => method.verb === verb.toUpperCase()
