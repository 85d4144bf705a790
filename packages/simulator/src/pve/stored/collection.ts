import { loadDefinition, type Schema } from '@proxkit/schema'
import { failed, faultText, type Fault } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { requireDigest } from '../require-digest.js'
import type { Section, SectionOptions } from '../section-config.js'
import { requireSection, schemaFormat, SectionFile } from './section-file.js'
import { stored, text, type StoredContext, type StoredParams } from './stored-handler.js'

/** What distinguishes one collection of sections from the others. */
export interface Collection {
  /** Below `/etc/pve`. */
  readonly file: string
  /** Path of the list, such as `/cluster/mapping/pci`; an entry is below it. */
  readonly path: string
  /** The parameter that names an entry. */
  readonly id: string
  /** Types of entries with their options; by the parameter `type` where there are several. */
  readonly types: Readonly<Record<string, SectionOptions>>
  /** Of a file that several collections share: the type of this one. */
  readonly onlyOfType?: string
  /** Sections begin with their id alone. */
  readonly hasIdHeader?: boolean
  /** The id of a new entry is part of the path. */
  readonly createsBelow?: boolean
  readonly texts: {
    /** An entry that is read does not exist. */
    readonly missing: Refusal
    /** An entry that is changed does not exist. */
    readonly unknown: Refusal
    readonly exists: Refusal
    /** What stands before every error of a change. */
    readonly creating?: string
    readonly updating?: string
    readonly deleting?: string
  }
  /** Deleting an entry that does not exist is an error with this text; nothing happens otherwise. */
  readonly deletesUnknown?: Refusal
  /** A change has to hold all that a new entry needs. */
  readonly updateIsComplete?: boolean
  /** A parameter that is kept in a file of its own. */
  readonly secret?: { readonly name: string; readonly file: (id: string) => string }
  /** Entries are listed by their ids. */
  readonly isSorted?: boolean
  /** Entries do not tell their type. */
  readonly hidesType?: boolean
  /** Entries carry no digest. */
  readonly hidesDigest?: boolean
  /** Throws what a call for the list gets before it is made. */
  readonly beforeList?: (context: StoredContext) => void
  /** Whether the caller may see an entry in the list; everybody sees all if absent. */
  readonly maySee?: (context: StoredContext, section: Section) => boolean
  /** An entry as it is shown. */
  readonly show?: (
    data: Record<string, unknown>,
    context: StoredContext,
    isListed: boolean,
  ) => unknown
  /** An id as the file has it. */
  readonly keyOf?: (id: string) => string
  /** Sections that are there without being in the file. */
  readonly builtIn?: readonly Section[]
  /** Throws when the section cannot be had; may fill in what the caller left out. Before the file is locked. */
  readonly accept?: (section: Section, context: StoredContext) => Section | void
}

/** What is said of an id: a text for a plain error, or the whole refusal. */
type Refusal = (id: string) => string | Fault

function refusal(said: string | Fault): Fault {
  return typeof said === 'string' ? failed(said) : said
}

/** The calls on a collection: list, read, create, update, delete, as far as the API has them. */
export function collection(options: Collection): Handler[] {
  const { path, id: idName, texts } = options
  const entryPath = `${path}/{${idName}}`
  const createPath = options.createsBelow ? entryPath : path
  const [onlyType] = Object.keys(options.types)
  const hasTypes = Object.keys(options.types).length > 1
  const file = new SectionFile(options.file, () => ({
    ...schemaFormat(options.types, parameterSchemas([createPath, entryPath])),
    ...(options.hasIdHeader && onlyType !== undefined && { onlyType }),
  }))

  const idOf = ({ params }: StoredContext): string => {
    const id = text(params, idName)
    return options.keyOf ? options.keyOf(id) : id
  }
  const sectionsOf = ({ cluster }: StoredContext): ReadonlyMap<string, Section> => {
    const builtIn = (options.builtIn ?? []).map((section) => [section.id, section] as const)
    const all = [...builtIn, ...file.sections(cluster.config)]
    const { onlyOfType } = options
    return new Map(all.filter(([, { type }]) => !onlyOfType || type === onlyOfType))
  }

  const withoutSecret = (params: StoredParams): StoredParams =>
    Object.fromEntries(Object.entries(params).filter(([name]) => name !== options.secret?.name))
  const keepSecret = ({ params, cluster }: StoredContext, id: string): void => {
    const { secret } = options
    const value = secret && text(params, secret.name)
    if (secret && value) cluster.config.write(secret.file(id), `${value}\n`)
  }

  function shown(section: Section, context: StoredContext, isListed: boolean): unknown {
    const data: Record<string, unknown> = {
      ...file.data(section),
      ...(isListed && { [idName]: section.id }),
      ...(!options.hidesDigest && { digest: file.digest(context.cluster.config) }),
    }
    if (options.hidesType) delete data.type
    return options.show ? options.show(data, context, isListed) : data
  }

  const list = stored('GET', path, (context) => {
    options.beforeList?.(context)
    const entries = [...sectionsOf(context).values()]
    return (options.isSorted ? entries.toSorted((a, b) => (a.id < b.id ? -1 : 1)) : entries)
      .filter((section) => options.maySee?.(context, section) ?? true)
      .map((section) => shown(section, context, true))
  })

  const read = stored('GET', entryPath, (context) => {
    const id = idOf(context)
    const section = sectionsOf(context).get(id)
    return shown(requireSection(section, refusal(texts.missing(id))), context, false)
  })

  const create = stored('POST', createPath, (context) => {
    const { [idName]: _, type: given, ...rest } = context.params
    const params = withoutSecret(rest)
    const id = idOf(context)
    const type =
      options.onlyOfType ?? (hasTypes && typeof given === 'string' ? given : onlyType) ?? ''
    const checked = file.check({ id, type, params })
    const section = options.accept?.(checked, context) ?? checked
    prefixed(texts.creating, () => {
      const isTaken = sectionsOf(context).has(id) || file.sections(context.cluster.config).has(id)
      if (isTaken) throw refusal(texts.exists(id))
      keepSecret(context, id)
      file.put(context.cluster.config, section)
    })
  })

  const update = stored('PUT', entryPath, (context) => {
    const { digest, delete: removed, [idName]: _, ...rest } = context.params
    const params = withoutSecret(rest)
    const id = idOf(context)
    const { config } = context.cluster
    prefixed(texts.updating, () => {
      if (digest) requireDigest(file.digest(config), text(context.params, 'digest'))
      const present = requireSection(sectionsOf(context).get(id), refusal(texts.unknown(id)))
      const given = file.check(
        { id, type: present.type, params },
        { update: !options.updateIsComplete },
      )
      options.accept?.(given, context)
      keepSecret(context, id)
      file.put(config, file.merge(present, given, text({ removed }, 'removed')))
    })
  })

  const remove = stored('DELETE', entryPath, (context) => {
    const id = idOf(context)
    const { config } = context.cluster
    prefixed(texts.deleting, () => {
      if (options.deletesUnknown && !sectionsOf(context).has(id)) {
        throw refusal(options.deletesUnknown(id))
      }
      if (options.secret) config.remove(options.secret.file(id))
      file.remove(config, id)
    })
  })

  return [list, read, create, update, remove]
}

/** Runs what the original does under the lock of a file, where errors get a text before them. */
export function prefixed<T>(prefix: string | undefined, run: () => T): T {
  if (prefix === undefined) return run()
  try {
    return run()
  } catch (error) {
    throw failed(`${prefix}: ${faultText(error)}`)
  }
}

/** How the calls that set options describe them. */
export function parameterSchemas(paths: readonly string[]): Record<string, Schema> {
  const definition = loadDefinition({ product: 'pve', version: '9.2' })
  const schemas: Record<string, Schema> = {}
  for (const path of paths) {
    for (const verb of ['PUT', 'POST'] as const) {
      Object.assign(schemas, definition.method(verb, path)?.parameters.properties)
    }
  }
  return schemas
}
