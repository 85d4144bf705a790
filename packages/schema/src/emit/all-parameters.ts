import type { Method, Schema } from '../model.js'
import { placeholdersOf } from './placeholders.js'

/** The parameters of a method, with those of its path that it does not declare: text without limits. */
export function allParameters({ path, parameters }: Method): Schema {
  const undeclared = placeholdersOf(path).filter((name) => !parameters.properties?.[name])
  if (undeclared.length === 0) return parameters
  const texts = Object.fromEntries(undeclared.map((name) => [name, { type: 'string' } as const]))
  return { ...parameters, properties: { ...texts, ...parameters.properties } }
}
