import type { Method, Params, ParamValue } from '@proxkit/schema'
import { Refusal } from './refusal.js'
import type { View } from './view.js'

/** A query, parted into what is the operation's and what is the gateway's. */
export interface ParsedQuery {
  readonly params: Params
  readonly view: View
  /** Seconds to wait for the end of a task. */
  readonly wait: number
}

/**
 * Parts a query. A parameter of the operation always comes first, so that `limit` and `start` of an operation that pages
 * itself are its own; then the names of the gateway, then, for lists, the fields of the entries as filters. What is none
 * of these stays a parameter, for the operation to refuse.
 */
export function parseQuery(query: Params, { verb, parameters, returns }: Method): ParsedQuery {
  const own = parameters.properties ?? {}
  const isList = verb === 'GET' && returns.type === 'array'
  const fields = isList ? (returns.items?.properties ?? {}) : {}
  const isOpen = isList && Object.keys(fields).length === 0
  const params: Record<string, ParamValue | undefined> = {}
  const settings: Record<string, string> = {}
  const filters: [string, readonly string[]][] = []
  for (const [name, value] of Object.entries(query)) {
    if (Object.hasOwn(own, name)) params[name] = value
    else if (settingsOf(verb, isList).includes(name)) settings[name] = oneText(name, value)
    else if (Object.hasOwn(fields, name) || isOpen) filters.push([name, texts(value)])
    else params[name] = value
  }
  const { limit, start, sort, fields: chosen, wait } = settings
  return {
    params,
    view: {
      filters,
      ...(limit !== undefined && { limit: wholeNumber('limit', limit) }),
      ...(start !== undefined && { start: wholeNumber('start', start) }),
      ...(sort !== undefined && { sort: sort.split(',') }),
      ...(chosen !== undefined && { fields: chosen.split(',') }),
    },
    wait: wait === undefined ? 0 : wholeNumber('wait', wait, longestWait),
  }
}

/** The names that the gateway itself understands. */
export function settingsOf(verb: Method['verb'], isList: boolean): readonly string[] {
  if (verb !== 'GET') return ['wait']
  return isList ? ['limit', 'start', 'sort', 'fields'] : ['fields']
}

function oneText(name: string, value: ParamValue | undefined): string {
  if (typeof value === 'string') return value
  throw refusedSetting(name, 'it can be given once only')
}

function texts(value: ParamValue | undefined): readonly string[] {
  return [value].flat().map(String)
}

/** Higher than any list is long. */
export const highest = 1_000_000_000

/** Seconds: a day. */
export const longestWait = 86_400

function wholeNumber(name: string, text: string, maximum = highest): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= maximum) return number
  throw refusedSetting(name, `'${text}' is not a whole number from 0 to ${maximum}`)
}

function refusedSetting(name: string, message: string): Refusal {
  return new Refusal(422, `${name}: ${message}`, { errors: [{ field: name, message }] })
}
