import { failed } from '../engine/fault.js'
import { isTrue } from './config-text.js'

/** How a value is stored and handed out; text where nothing else is said. */
type SectionValueKind = 'boolean' | 'integer' | 'number' | 'array'

interface SectionOption {
  /** A section may do without it. */
  readonly optional?: boolean
  /** Can be set only when the section is created. */
  readonly fixed?: boolean
}

/** The options of one type of section, by name. */
export type SectionOptions = Readonly<Record<string, SectionOption>>

/** What one configuration file may contain. */
export interface SectionFormat {
  /** Types of sections, each with its options. */
  readonly types: Readonly<Record<string, SectionOptions>>
  /** Kinds of the options that are not plain text. */
  readonly kinds?: Readonly<Record<string, SectionValueKind>>
  /** Takes apart a header where the file has rules of its own; undefined skips the section. */
  readonly header?: (type: string, id: string) => { type: string; id: string } | undefined
  /** The only type of files whose sections begin with an id alone. */
  readonly onlyType?: string
  /** Throws the vendor's text when a value breaks its schema; applied to files and to what callers send. */
  readonly check?: (value: string, place: SectionPlace) => void
  /** The form in which a value is kept, undefined to drop it; throws the vendor's text when it is none. */
  readonly decode?: (value: string, place: SectionPlace) => string | undefined
  /** Fills in what a new section may leave out. */
  readonly complete?: (section: Section) => Section
}

export interface SectionPlace {
  readonly type: string
  readonly key: string
}

/** One section as it is kept: `type: id` and its options as text, by name. */
export interface Section {
  readonly id: string
  readonly type: string
  readonly options: Readonly<Record<string, string>>
  /** Options of kind `array`. */
  readonly lists?: Readonly<Record<string, readonly string[]>>
}

/** The sections of a file by id, in the order of the file. */
export interface SectionConfig {
  readonly sections: ReadonlyMap<string, Section>
  /** Sections that lack something: the original forgets what they hold, then refuses to write the file. */
  readonly broken: readonly string[]
}

/**
 * Reads a file of `type: id` sections. Lines and sections that break the rules are left out, as the original does.
 *
 * pve-common SectionConfig.pm: parse_config
 */
export function parseSections(text: string, format: SectionFormat): SectionConfig {
  const sections = new Map<string, Section>()
  const broken = new Set<string>()
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .values()

  for (const line of lines) {
    const start = readHeader(line, format)
    if (!start) continue
    const body = sectionBody(lines)
    const header = acceptHeader(start, format)
    if (!header) continue
    const parsed = parseOptions(body, { ...header, format })
    // A later section of the same id takes the place of an earlier one, and its own position.
    sections.delete(header.id)
    broken.delete(header.id)
    try {
      sections.set(header.id, checkSection(parsed, format, { checked: true }))
    } catch {
      broken.add(header.id)
    }
  }
  return { sections, broken: [...broken] }
}

/**
 * The text of a file: of each section the comment first, then the required options by name, then the others.
 *
 * pve-common SectionConfig.pm: write_config
 */
export function formatSections(config: SectionConfig, format: SectionFormat): string {
  if (config.broken.length > 0) throw failed("unknown section type ''")
  return [...config.sections.values()]
    .map((section) => `${formatSection(section, format)}\n`)
    .join('')
}

/**
 * A section whose values are all known to the format, checked and brought into the form in which they are kept.
 * Throws the vendor's 500.
 *
 * pve-common SectionConfig.pm: check_config
 */
export function checkSection(
  given: Section,
  format: SectionFormat,
  options: { readonly update?: boolean; readonly checked?: boolean } = {},
): Section {
  const section = (!options.update && format.complete?.(given)) || given
  const { id, type } = section
  const rules = format.types[type]
  if (!rules) throw failed(`unknown section type '${type}'`)
  const checked: Record<string, string> = {}
  for (const [key, value] of Object.entries(section.options)) {
    requireChangeable(key, { rules, update: options.update })
    const place = { type, key }
    const checkedValue = options.checked ? value : checkValue(value, place, format)
    const kept = format.decode ? format.decode(checkedValue, place) : checkedValue
    if (kept !== undefined) checked[key] = kept
  }
  for (const [key, values] of Object.entries(section.lists ?? {})) {
    requireChangeable(key, { rules, update: options.update })
    if (!options.checked) for (const value of values) checkValue(value, { type, key }, format)
  }
  if (!options.update) {
    for (const [key, { optional }] of Object.entries(rules)) {
      if (optional || Object.hasOwn(checked, key) || section.lists?.[key]) continue
      throw failed(`missing value for required option '${key}'`)
    }
  }
  return { id, type, options: checked, ...(section.lists && { lists: section.lists }) }
}

/**
 * Throws the vendor's 500 when one of the options cannot be deleted.
 *
 * pve-common SectionConfig.pm: delete_from_config
 */
export function requireDeletable(
  keys: readonly string[],
  {
    rules,
    set,
  }: { readonly rules: SectionOptions; readonly set: Readonly<Record<string, unknown>> },
): void {
  for (const key of keys) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined
    if (!rule) throw failed(`no such option '${key}'`)
    if (!rule.optional) throw failed(`unable to delete required option '${key}'`)
    if (rule.fixed) throw failed(`unable to delete fixed option '${key}'`)
    if (set[key] !== undefined) {
      throw failed(`cannot set and delete property '${key}' at the same time!`)
    }
  }
}

/** What the API shows of a section: its type and options, numbers and booleans as numbers. */
export function sectionData(section: Section, format: SectionFormat): Record<string, unknown> {
  const data: Record<string, unknown> = { type: section.type }
  for (const [key, value] of Object.entries(section.options)) {
    data[key] = format.kinds?.[key] ? Number(value) : value
  }
  for (const [key, values] of Object.entries(section.lists ?? {})) data[key] = [...values]
  return data
}

interface Header {
  readonly type: string
  readonly id: string
}

function readHeader(line: string, { onlyType }: SectionFormat): Header | undefined {
  const match =
    onlyType === undefined ? /^(\S+):\s*(\S+)\s*$/.exec(line) : /^()(\S+)\s*$/.exec(line)
  const [, type = '', id = ''] = match ?? []
  return match ? { type: onlyType ?? type, id } : undefined
}

/** The lines up to the next blank one. */
function sectionBody(lines: IterableIterator<string>): string[] {
  const body: string[] = []
  for (;;) {
    const { value: line, done } = lines.next()
    if (done || !isTrue(line)) return body
    body.push(line)
  }
}

function acceptHeader({ type, id }: Header, format: SectionFormat): Header | undefined {
  const header = format.header ? format.header(type, id) : { type, id }
  return header && Object.hasOwn(format.types, header.type) ? header : undefined
}

function parseOptions(
  lines: readonly string[],
  { type, id, format }: Header & { readonly format: SectionFormat },
): Section {
  const options: Record<string, string> = {}
  const lists: Record<string, string[]> = {}
  for (const line of lines) {
    const match = /^\s+(\S+)(?:\s+(.*\S))?\s*$/.exec(line)
    const key = match?.[1]
    if (key === undefined || Object.hasOwn(options, key)) continue
    try {
      const value = checkValue(match?.[2], { type, key }, format)
      if (format.kinds?.[key] === 'array') (lists[key] ??= []).push(value)
      else options[key] = value
    } catch {
      // The original warns in its log and goes on without the line.
    }
  }
  return { id, type, options, ...(Object.keys(lists).length > 0 && { lists }) }
}

/** pve-common JSONSchema.pm: check_type */
const shapes: Readonly<Record<Exclude<SectionValueKind, 'array'>, RegExp>> = {
  boolean: /^[01]$/,
  integer: /^[+-]?\d+$/,
  number: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/,
}

/** pve-common SectionConfig.pm: check_value */
function checkValue(given: string | undefined, place: SectionPlace, format: SectionFormat): string {
  const { type, key } = place
  if (!Object.hasOwn(format.types[type] ?? {}, key)) throw failed(`unexpected property '${key}'`)
  const kind = format.kinds?.[key]
  const value = given ?? (kind === 'boolean' ? '1' : undefined)
  if (value === undefined) throw failed('got undefined value')
  if (/[\n\r]/.test(value)) throw failed('property contains a line feed')
  if (kind !== undefined && kind !== 'array' && !shapes[kind].test(value)) {
    throw failed(`type check ('${kind}') failed - got '${value}'`)
  }
  format.check?.(value, place)
  return kind === undefined || kind === 'array' ? value : String(Number(value))
}

function requireChangeable(
  key: string,
  { rules, update }: { readonly rules: SectionOptions; readonly update: boolean | undefined },
): void {
  if (update && Object.hasOwn(rules, key) && rules[key]?.fixed) {
    throw failed(`can't change value of fixed parameter '${key}'`)
  }
}

function formatSection({ type, id, options, lists }: Section, format: SectionFormat): string {
  const rules = format.types[type]
  if (!rules) throw failed(`unknown section type '${type}'`)
  const lines = [format.onlyType === undefined ? `${type}: ${id}` : id]
  if (isTrue(options.comment)) lines.push(...formatOption('comment', options.comment))
  if (isTrue(options.disable)) lines.push('\tdisable')

  const keys = Object.keys(rules)
    .filter((key) => key !== 'comment' && key !== 'disable')
    .toSorted()
  for (const key of keys.filter((name) => !rules[name]?.optional)) {
    const value = lists?.[key] ?? options[key]
    if (value === undefined) {
      throw failed(`section '${id}' - missing value for required option '${key}'`)
    }
    lines.push(...formatOption(key, value))
  }
  for (const key of keys.filter((name) => rules[name]?.optional)) {
    const value = lists?.[key] ?? options[key]
    if (value !== undefined) lines.push(...formatOption(key, value))
  }
  return `${lines.join('\n')}\n`
}

function formatOption(key: string, value: string | readonly string[]): string[] {
  const values = typeof value === 'string' ? [value] : value
  if (values.some((text) => /[\n\r]/.test(text))) {
    throw failed(`property '${key}' contains a line feed`)
  }
  return values.filter((text) => text !== '').map((text) => `\t${key} ${text}`)
}
