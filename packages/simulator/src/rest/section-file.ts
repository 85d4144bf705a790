import type { Definition, Schema } from '@proxkit/schema'
import { createHash } from 'node:crypto'
import type { Cluster } from '../pve/cluster.js'
import { bad } from './rest-fault.js'
import { parseBoolean } from './scalar-text.js'
import { propertiesOf } from './schema-properties.js'

export interface RestSection {
  readonly type: string
  readonly id: string
  /** Options with the types of their schemas, without the id. */
  readonly data: Readonly<Record<string, unknown>>
}

export interface SectionType {
  /** What the id of a section is called among its options. */
  readonly id: string
  /** Path of the call that makes a section: its parameters tell the types of options. */
  readonly created: string
}

type Sections = ReadonlyMap<string, RestSection>

/** A file of sections below `/etc/proxmox-backup` and the like. proxmox-rs proxmox-section-config/src/lib.rs */
export class RestSectionFile {
  readonly path: string
  readonly #types: Readonly<Record<string, SectionType>>
  readonly #parsers = new WeakMap<Definition, (text: string) => Sections>()

  constructor(path: string, types: Readonly<Record<string, SectionType>>) {
    this.path = path
    this.#types = types
  }

  sections({ config, definition }: Cluster): Sections {
    let parse = this.#parsers.get(definition)
    if (!parse) {
      parse = (text) => parseSections(text, (type) => this.#schemas(definition, type))
      this.#parsers.set(definition, parse)
    }
    return config.parse(this.path, parse)
  }

  ofType(cluster: Cluster, type: string): RestSection[] {
    return [...this.sections(cluster).values()].filter((section) => section.type === type)
  }

  /** Throws what the product says of a section that is not there. */
  lookup(cluster: Cluster, type: string, id: string): RestSection {
    const found = this.sections(cluster).get(id)
    if (!found) throw bad(`no such ${type} '${id}'`)
    if (found.type !== type) throw bad(`got unexpected type '${found.type}' for ${type} '${id}'`)
    return found
  }

  /** A section as the API shows it. */
  shown({ type, id, data }: RestSection): Record<string, unknown> {
    const name = this.#types[type]?.id
    return { ...(name !== undefined && { [name]: id }), ...data }
  }

  digest({ config }: Cluster): string {
    return config.parse(this.path, sha256)
  }

  /** Throws where the caller's digest is of another state of the file. */
  requireDigest(cluster: Cluster, given: unknown): void {
    if (typeof given === 'string' && given !== this.digest(cluster)) {
      throw bad('detected modified configuration - file changed by other user? Try again.')
    }
  }

  put(cluster: Cluster, section: RestSection): void {
    this.save(cluster, new Map(this.sections(cluster)).set(section.id, section))
  }

  remove(cluster: Cluster, id: string): void {
    const sections = new Map(this.sections(cluster))
    sections.delete(id)
    this.save(cluster, sections)
  }

  save({ config }: Cluster, sections: Sections): void {
    config.write(this.path, [...sections.values()].map(formatSection).join('\n'))
  }

  #schemas(definition: Definition, type: string): ReadonlyMap<string, Schema> {
    const path = this.#types[type]?.created ?? ''
    const method = definition.method('POST', path) ?? definition.method('PUT', path)
    return method ? propertiesOf(method.parameters) : new Map()
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function parseSections(
  text: string,
  schemasOf: (type: string) => ReadonlyMap<string, Schema>,
): Sections {
  const sections = new Map<string, RestSection>()
  let data: Record<string, unknown> = {}
  let schemas: ReadonlyMap<string, Schema> = new Map()
  for (const line of text.split('\n')) {
    const header = /^(\S+): *(\S.*?)\s*$/.exec(line)
    if (header) {
      const [, type = '', id = ''] = header
      data = {}
      schemas = schemasOf(type)
      sections.set(id, { type, id, data })
      continue
    }
    const [, name = '', value = ''] = /^\s+(\S+)(?:\s+(.*?))?\s*$/.exec(line) ?? []
    if (name === '') continue
    const schema = schemas.get(name) ?? {}
    if (schema.type === 'array') {
      const present = data[name]
      data[name] = [...(Array.isArray(present) ? present : []), typed(schema.items ?? {}, value)]
    } else data[name] = typed(schema, value)
  }
  return sections
}

function typed({ type }: Schema, text: string): unknown {
  if (type === 'integer' || type === 'number') return Number(text)
  return type === 'boolean' ? parseBoolean(text) : text
}

function formatSection({ type, id, data }: RestSection): string {
  const names = Object.keys(data).toSorted()
  const lines = names.flatMap((name) => {
    const value = data[name]
    if (value === undefined || value === null) return []
    return (Array.isArray(value) ? value : [value]).map((item) => `\t${name} ${String(item)}\n`)
  })
  return `${type}: ${id}\n${lines.join('')}`
}
