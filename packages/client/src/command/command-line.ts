import type { ApiRequest, ParamValue, Verb } from '@proxkit/schema'
import type { ShellProfile } from './shell-product.js'

/** A call as the words of a command: `pvesh create /nodes/pve1/qemu -vmid 100 --output-format json`. */
export const toCommandLine = (
  { verb, path, params }: Pick<ApiRequest, 'verb' | 'path' | 'params'>,
  { product, program, tail }: ShellProfile,
): string[] => {
  const words = [program, commands[verb], toPath(path)]
  // It climbs where the daemons of both products, and pvesh, look for a component of that name.
  if (product === 'pmg' && words[2]?.split('/').some((part) => part === '.' || part === '..')) {
    throw new TypeError(`path ${path}: pmgsh cannot be given a component that is '.' or '..'`)
  }
  for (const [name, value] of Object.entries(params)) {
    for (const text of toTexts(name, value)) words.push(`-${requireName(name)}`, text)
  }
  return [...words, ...tail].map(requireText)
}

const commands: Readonly<Record<Verb, string>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'set',
  DELETE: 'delete',
}

/** The daemons decode a path before they split it, and the commands split it in the same way. */
const toPath = (path: string): string => {
  const decoded = decodeURIComponent(path).trim()
  return decoded.startsWith('/') ? decoded : `/${decoded}`
}

/** What the option is given for each time it is repeated. */
// pve-common PVE/JSONSchema.pm: get_options
const toTexts = (name: string, value: ParamValue | undefined): string[] => {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return [toText(name, value)]
  // An empty list: leaving the option out would turn "none" into "unchanged".
  return value.length === 0 ? [''] : value.map((item: ParamValue) => toText(name, item))
}

const toText = (name: string, value: ParamValue): string => {
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new TypeError(
    `parameter ${name}: an object or a list of lists cannot be given to a command; use HTTPS`,
  )
}

const requireName = (name: string): string => {
  if (/^[A-Za-z0-9][\w-]*$/.test(name)) return name
  throw new TypeError(`parameter '${name}' cannot be an option of a command: use letters and -`)
}

/** The value is not repeated: it may be a secret. */
const requireText = (word: string): string => {
  if (!word.includes('\0')) return word
  throw new TypeError('a command cannot be given text with a zero byte; use HTTPS')
}
