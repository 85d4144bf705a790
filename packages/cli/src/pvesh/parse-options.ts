import type { Method, Schema } from '@proxkit/schema'
import { PveshError } from './pvesh-error.js'

export type Options = Record<string, string | string[]>

export interface ParsedWords {
  readonly options: Options
  /** What is no option, in order. */
  readonly words: readonly string[]
}

/**
 * Reads options as Getopt::Long does where `pvesh` asks it to: `-name value`, `--name value` and `--name=value`, before
 * and behind other words, abbreviated where it is clear what is meant. Only booleans may go without a value.
 */
// pve-common PVE/JSONSchema.pm: get_options
export function parseOptions(given: readonly string[], known: Known): ParsedWords {
  const options: Options = {}
  const words: string[] = []
  const rest = [...given]
  for (;;) {
    const word = rest.shift()
    if (word === undefined) return { options: withBooleans(options, known), words }
    if (word === '--') {
      words.push(...rest)
      return { options: withBooleans(options, known), words }
    }
    const [, written, attached] = /^--?([a-z0-9][^=]*)(?:=(.*))?$/is.exec(word) ?? []
    if (written === undefined) {
      words.push(word)
      continue
    }
    const name = nameFor(written, known)
    const schema = known[name]
    const isNext = isBoolean(schema) ? rest[0]?.startsWith('-') === false : rest.length > 0
    const value = attached ?? (isNext ? rest.shift() : undefined)
    if (value === undefined && !isBoolean(schema)) {
      throw unparsed(`Option ${written} requires an argument`)
    }
    add(options, { name, value: value ?? '', isList: isList(schema) })
  }
}

/** The options that there are. */
export type Known = Readonly<Record<string, Schema>>

/** The parameters of a method, those of its variants included, without those that stand in the path. */
export function knownOptions(method: Method, pathParams: Readonly<Record<string, string>>): Known {
  const known: Record<string, Schema> = {}
  collect(method.parameters, known)
  for (const name of Object.keys(pathParams)) delete known[name]
  return known
}

function collect(schema: Schema, known: Record<string, Schema>): void {
  for (const part of [...(schema.allOf ?? []), ...(schema.oneOf ?? [])]) collect(part, known)
  for (const [name, property] of Object.entries(schema.properties ?? {})) known[name] ??= property
}

function nameFor(written: string, known: Known): string {
  if (Object.hasOwn(known, written)) return written
  const lower = written.toLowerCase()
  const names = Object.keys(known)
  const same = names.find((name) => name.toLowerCase() === lower)
  if (same !== undefined) return same
  const meant = names.filter((name) => name.toLowerCase().startsWith(lower))
  if (meant.length === 1 && meant[0] !== undefined) return meant[0]
  if (meant.length === 0) throw unparsed(`Unknown option: ${written}`)
  throw unparsed(`Option ${written} is ambiguous (${meant.toSorted().join(', ')})`)
}

function unparsed(reason: string): PveshError {
  return new PveshError(`${reason}\n400 unable to parse option\n`, { withUsage: true })
}

interface Given {
  readonly name: string
  readonly value: string
  readonly isList: boolean
}

function add(options: Options, { name, value, isList: isRepeatable }: Given): void {
  const before = options[name]
  options[name] = isRepeatable && before !== undefined ? [...[before].flat(), value] : value
}

function isBoolean(schema: Schema | undefined): boolean {
  return schema?.type === 'boolean'
}

function isList(schema: Schema | undefined): boolean {
  return schema?.type === 'array' || (schema?.format?.includes('-list') ?? false)
}

function withBooleans(options: Options, known: Known): Options {
  for (const [name, value] of Object.entries(options)) {
    if (isBoolean(known[name])) options[name] = toBoolean(String(value))
    else if (Array.isArray(value) && known[name]?.type !== 'array') options[name] = value.join(',')
  }
  return options
}

/** pve-common PVE/JSONSchema.pm: parse_boolean */
function toBoolean(text: string): string {
  if (/^(?:|1|on|yes|true)$/i.test(text)) return '1'
  if (/^(?:0|off|no|false)$/i.test(text)) return '0'
  throw new PveshError('400 unable to parse boolean option\n', { withUsage: true })
}
