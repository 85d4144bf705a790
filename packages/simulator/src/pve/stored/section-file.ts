import { validate, type Schema } from '@proxkit/schema'
import type { ConfigTree } from '../../engine/config-tree.js'
import { failed, type Fault } from '../../engine/fault.js'
import { splitList } from '../config-text.js'
import {
  checkSection,
  formatSections,
  parseSections,
  requireDeletable,
  sectionData,
  type Section,
  type SectionConfig,
  type SectionFormat,
  type SectionOptions,
} from '../section-config.js'
import type { StoredParams } from './stored-handler.js'

/** A file of sections below `/etc/pve`, and what every call on it has to do. */
export class SectionFile {
  readonly path: string
  readonly #parse: (text: string) => SectionConfig
  readonly #createFormat: () => SectionFormat
  #format: SectionFormat | undefined

  /** The format is made when it is first needed: it takes its options from the description of the API. */
  constructor(path: string, createFormat: () => SectionFormat) {
    this.path = path
    this.#createFormat = createFormat
    this.#parse = (text) => parseSections(text, this.format)
  }

  get format(): SectionFormat {
    return (this.#format ??= this.#createFormat())
  }

  sections(config: ConfigTree): ReadonlyMap<string, Section> {
    return config.parse(this.path, this.#parse).sections
  }

  digest(config: ConfigTree): string {
    return config.digest(this.path)
  }

  write(config: ConfigTree, sections: ReadonlyMap<string, Section>): void {
    const { broken } = config.parse(this.path, this.#parse)
    config.write(this.path, formatSections({ sections, broken }, this.format))
  }

  /** Puts a section at the end, or in place of the one with its id. */
  put(config: ConfigTree, section: Section): void {
    this.write(config, new Map(this.sections(config)).set(section.id, section))
  }

  remove(config: ConfigTree, id: string): void {
    const sections = new Map(this.sections(config))
    sections.delete(id)
    this.write(config, sections)
  }

  /** What the API shows of a section. */
  data(section: Section): Record<string, unknown> {
    return sectionData(section, this.format)
  }

  /** A section of what a call gave, checked for a new one or for a change. Throws the vendor's 500. */
  check(
    {
      id,
      type,
      params,
    }: { readonly id: string; readonly type: string; readonly params: StoredParams },
    { update = false }: { readonly update?: boolean } = {},
  ): Section {
    return checkSection({ id, type, ...optionsOf(params) }, this.format, { update })
  }

  /**
   * A section after a change: what was given on top of what was there, without what was to be deleted.
   *
   * pve-common SectionConfig.pm: delete_from_config
   */
  merge(present: Section, given: Section, removed: string | undefined): Section {
    const rules = this.format.types[present.type] ?? {}
    const keys = removed ? splitList(removed) : []
    requireDeletable(keys, { rules, set: { ...given.options, ...given.lists } })
    const options = { ...present.options, ...given.options }
    const lists = { ...present.lists, ...given.lists }
    for (const key of keys) {
      delete options[key]
      delete lists[key]
    }
    return { id: present.id, type: present.type, options, lists }
  }
}

/** Throws the vendor's refusal of an id that the file does not have. */
export function requireSection(section: Section | undefined, refusal: Fault): Section {
  if (!section) throw refusal
  return section
}

/**
 * The format of a file whose options are described by the parameters of the calls that set them.
 *
 * pve-common SectionConfig.pm: check_value
 */
export function schemaFormat(
  types: Readonly<Record<string, SectionOptions>>,
  schemas: Readonly<Record<string, Schema>>,
): SectionFormat {
  return {
    types,
    kinds: Object.fromEntries(
      Object.entries(schemas).flatMap(([name, { type }]) =>
        type === 'boolean' || type === 'integer' || type === 'number' || type === 'array'
          ? [[name, type]]
          : [],
      ),
    ),
    check(value, { key }) {
      const { items, type, ...schema } = schemas[key] ?? {}
      const check = validate(
        type === 'array' ? (items ?? {}) : { type: 'string', ...schema },
        value,
      )
      if (!check.ok) throw failed(check.errors._root ?? check.message)
    },
  }
}

function optionsOf(params: StoredParams): Pick<Section, 'options' | 'lists'> {
  const options: Record<string, string> = {}
  const lists: Record<string, readonly string[]> = {}
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === 'string') options[name] = value
    else if (value) lists[name] = value
  }
  return { options, lists }
}
