import { isSecretName } from '@proxkit/client/server'
import type { Params, ParamValue } from '@proxkit/schema'

export type MaskedValue =
  | string
  | number
  | boolean
  | null
  | readonly MaskedValue[]
  | { readonly [name: string]: MaskedValue }

/** Parameters as they may be written down: without secrets, and no longer than somebody will read. */
export function masked(parameters: Params): Readonly<Record<string, MaskedValue>> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, maskedValue(name, value)]],
    ),
  )
}

function maskedValue(name: string, value: ParamValue): MaskedValue {
  if (isSecretName(name)) return '***'
  if (typeof value === 'object' && value !== null) {
    if (isList(value)) return value.map((item) => maskedValue(name, item))
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, maskedValue(key, item)]),
    )
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  // In a property string a secret has its name beside it, in a URL it stands before the host.
  const text = value
    .replaceAll(/([\w-]+)=([^,]*)/g, (pair, key: string) =>
      isSecretName(key) ? `${key}=***` : pair,
    )
    .replaceAll(/(:\/\/)[^/@\s]*@/g, '$1***@')
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text
}

const longest = 200

const isList = (value: ParamValue): value is readonly ParamValue[] => Array.isArray(value)
