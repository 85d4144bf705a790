import type { Params, ParamValue } from '@proxkit/schema'

/** The parameters of a request: its query, and the fields of its JSON body where the two do not overlap. */
export function requestParameters(query: unknown, body: unknown): Params {
  return { ...fields(body), ...fields(query) }
}

function fields(source: unknown): Record<string, ParamValue> {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return {}
  return Object.fromEntries(
    Object.entries(source).flatMap(([name, value]: [string, unknown]) =>
      isParamValue(value) ? [[name, value]] : [],
    ),
  )
}

function isParamValue(value: unknown): value is ParamValue {
  // Queries and JSON bodies hold nothing but JSON.
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
}
