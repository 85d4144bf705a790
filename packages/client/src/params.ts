import type { Params, ParamValue } from '@proxkit/schema'

/**
 * The parameters of a call as they may travel: what is undefined or null is left out, and a `Date` becomes seconds
 * since 1970, the API's unit of time.
 */
export const toParams = (given: object | undefined): Params => {
  if (given === undefined) return noParams
  const params: Record<string, ParamValue> = {}
  for (const [name, value] of Object.entries(given)) {
    const travelling = toValue(name, value)
    if (travelling !== undefined) params[name] = travelling
  }
  return params
}

const noParams: Params = Object.freeze({})

const toValue = (name: string, value: unknown): ParamValue | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'object') return toNested(name, value)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  const seen = typeof value === 'number' ? value : `a ${typeof value}`
  throw new TypeError(`parameter ${name}: ${seen} cannot be sent`)
}

const toNested = (name: string, value: object): ParamValue => {
  if (value instanceof Date) return toSeconds(name, value)
  if (Array.isArray(value)) {
    return value
      .map((item: unknown, index) => toValue(`${name}[${index}]`, item))
      .filter((item) => item !== undefined)
  }
  if (!isPlainObject(value)) {
    throw new TypeError(`parameter ${name}: an instance of a class cannot be sent`)
  }
  const nested: Record<string, ParamValue> = {}
  for (const [key, item] of Object.entries(value)) {
    const travelling = toValue(`${name}.${key}`, item)
    if (travelling !== undefined) nested[key] = travelling
  }
  return nested
}

const toSeconds = (name: string, date: Date): number => {
  const milliseconds = date.getTime()
  if (Number.isNaN(milliseconds)) throw new TypeError(`parameter ${name}: the date is invalid`)
  return Math.floor(milliseconds / 1000)
}

/** Whether a value is made of braces or `Object.create(null)`, as opposed to an instance of a class. */
export const isPlainObject = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
