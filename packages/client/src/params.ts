import { types } from 'node:util'
import type { Params, ParamValue } from '@proxkit/schema'
import { isSecretName } from './secrets.js'

/**
 * How a list or object travels: objects as `key=value,…`, a list as `a,b` in one text or as percent-encoded lines, or all
 * of it as it is.
 */
export type Form = 'property-string' | 'list' | 'encoded-lines' | 'json'

/**
 * The parameters of a call as they may travel: what is undefined or null is left out, and a `Date` becomes seconds
 * since 1970, the API's unit of time.
 */
export const toParams = (
  given: object | undefined,
  formOf: (name: string) => Form | undefined = () => undefined,
): Params => {
  if (given === undefined) return noParams
  const params: Record<string, ParamValue> = {}
  for (const [name, value] of Object.entries(given)) {
    const travelling = toValue(name, { value, form: formOf(name) ?? 'property-string' })
    if (travelling !== undefined) params[name] = travelling
  }
  return params
}

/** Whether a definition has a say in how the parameters travel. */
export const hasNested = (given: object | undefined): boolean =>
  Object.values(given ?? {}).some((value) => Array.isArray(value) || isPlainObject(value))

const noParams: Params = Object.freeze({})

interface Given {
  readonly value: unknown
  readonly form: Form
}

const toValue = (name: string, { value, form }: Given): ParamValue | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'object') return toNested(name, { value, form })
  if (typeof value === 'number' && Number.isFinite(value)) return value
  const seen = typeof value === 'number' ? value : `a ${typeof value}`
  throw new TypeError(`parameter ${name}: ${seen} cannot be sent`)
}

const toNested = (name: string, { value, form }: Given & { value: object }): ParamValue => {
  if (value instanceof Date) return toSeconds(name, value)
  if (types.isStringObject(value)) return String(value)
  if (Array.isArray(value)) {
    const list = value
      .map((item: unknown, index) => toValue(`${name}[${index}]`, { value: item, form }))
      .filter((item) => item !== undefined)
    if (form === 'encoded-lines') return encodeURIComponent(list.map(String).join('\n'))
    return form === 'list' ? list.map((item) => toPart(name, item)).join(',') : list
  }
  if (!isPlainObject(value)) {
    throw new TypeError(`parameter ${name}: an instance of a class cannot be sent`)
  }
  const nested: Record<string, ParamValue> = {}
  for (const [key, item] of Object.entries(value)) {
    const travelling = toValue(`${name}.${key}`, { value: item, form: 'json' })
    if (travelling !== undefined) nested[key] = travelling
  }
  return form === 'json' ? nested : toPropertyString(name, nested)
}

/** `{ model: 'virtio', firewall: true, trunks: [1, 2] }` → `model=virtio,firewall=1,trunks=1;2`. */
const toPropertyString = (name: string, parts: Readonly<Record<string, ParamValue>>): string =>
  Object.entries(parts)
    .map(([key, value]) => `${key}=${toPart(`${name}.${key}`, value)}`)
    .join(',')

const toPart = (name: string, value: ParamValue): string => {
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (isList(value)) return value.map((item, index) => toPart(`${name}[${index}]`, item)).join(';')
  if (typeof value === 'object') {
    throw new TypeError(`parameter ${name}: an object cannot be part of a property string`)
  }
  const text = String(value)
  if (!text.includes(',')) return text
  const seen = isSecretName(name) ? 'its value' : `'${text}'`
  throw new TypeError(
    `parameter ${name}: ${seen} cannot be part of a property string: a comma parts its items`,
  )
}

const isList = (value: ParamValue): value is readonly ParamValue[] => Array.isArray(value)

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
