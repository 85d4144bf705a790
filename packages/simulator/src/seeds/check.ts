import { SeedError } from './seed-error.js'

/** Throws a `SeedError` with its place when a part of a seed is not what it must be. */
export type Check = (value: unknown, place: string) => void

interface Field {
  readonly check: Check
  readonly required?: true
}

export function required(check: Check): Field {
  return { check, required: true }
}

/** An object of these fields; `rest` checks further ones, which are unknown otherwise. */
export function object(fields: Readonly<Record<string, Check | Field>>, rest?: Check): Check {
  const known = new Map(
    Object.entries(fields).map(([name, field]) => [
      name,
      typeof field === 'function' ? { check: field } : field,
    ]),
  )
  return (value, place) => {
    const given = requireObject(value, place)
    for (const [name, part] of Object.entries(given)) {
      const check = known.get(name)?.check ?? rest
      if (!check) {
        const names = [...known.keys()].join(', ')
        throw new SeedError(join(place, name), `there is no such key: use one of ${names}`)
      }
      if (part !== undefined) check(part, join(place, name))
    }
    for (const [name, field] of known) {
      if (field.required && given[name] === undefined) {
        throw new SeedError(join(place, name), 'is missing')
      }
    }
  }
}

/** An object whose keys are names of the reader's own. */
export function record(key: Check, part: Check): Check {
  return (value, place) => {
    for (const [name, entry] of Object.entries(requireObject(value, place))) {
      key(name, join(place, name))
      part(entry, join(place, name))
    }
  }
}

export function list(part: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) throw new SeedError(place, `${show(value)} is not a list`)
    for (const [index, entry] of value.entries()) part(entry, `${place}[${index}]`)
  }
}

/** Text of a form; `what` completes "… is not". */
export function text(what = 'text', pattern?: RegExp): Check {
  return (value, place) => {
    if (typeof value !== 'string' || (pattern && !pattern.test(value))) {
      throw new SeedError(place, `${show(value)} is not ${what}`)
    }
  }
}

export function integer(
  what: string,
  bounds: { readonly min: number; readonly max: number },
): Check {
  return (value, place) => {
    const { min, max } = bounds
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return
    throw new SeedError(place, `${show(value)} is not ${what}: use ${min} to ${max}`)
  }
}

export const flag: Check = (value, place) => {
  if (typeof value !== 'boolean') {
    throw new SeedError(place, `${show(value)} is not a truth value: use true or false`)
  }
}

export function oneOf(...words: readonly string[]): Check {
  return (value, place) => {
    if (typeof value === 'string' && words.includes(value)) return
    throw new SeedError(place, `${show(value)} is not known: use one of ${words.join(', ')}`)
  }
}

export function join(place: string, name: string): string {
  if (!/^[\w-]+$/.test(name)) return `${place}[${JSON.stringify(name)}]`
  return place === '' ? name : `${place}.${name}`
}

export function show(value: unknown): string {
  const shown = JSON.stringify(value) ?? String(value)
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown
}

function requireObject(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value
  throw new SeedError(place || 'seed', `${show(value)} is not an object of named parts`)
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
