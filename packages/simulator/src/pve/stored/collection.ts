import { loadDefinition, type Schema } from '@proxkit/schema'
import { failed, faultText } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { requireDigest } from '../require-digest.js'
import type { Section, SectionOptions } from '../section-config.js'
import { requireSection, schemaFormat, SectionFile } from './section-file.js'
import { stored, text, type StoredContext } from './stored-handler.js'

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
  /** Sections begin with their id alone. */
  readonly hasIdHeader?: boolean
  /** The id of a new entry is part of the path. */
  readonly createsBelow?: boolean
  readonly texts: {
    /** An entry that is read does not exist. */
    readonly missing: (id: string) => string
    /** An entry that is changed does not exist. */
    readonly unknown: (id: string) => string
    readonly exists: (id: string) => string
    /** What stands before every error of a change. */
    readonly creating?: string
    readonly updating?: string
    readonly deleting?: string
  }
  /** Deleting an entry that does not exist is an error with this text; nothing happens otherwise. */
  readonly deletesUnknown?: (id: string) => string
  /** A change has to hold all that a new entry needs. */
  readonly updateIsComplete?: boolean
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
  /** Throws when the section cannot be had; before the file is locked. */
  readonly accept?: (section: Section, context: StoredContext) => void
}

/** The calls on a collection: list, read, create, update, delete, as far as the API has them. */
export function collection(options: Collection): Handler[] {
  const { path, id: idName, texts } = options
  const entryPath = `${path}/{${idName}}`
  const createPath = options.createsBelow ? entryPath : path
  const [onlyType] = Object.keys(options.types)
  const hasTypes = Object.keys(options.types).length > 1
  const file = new SectionFile(options.file, {
    ...schemaFormat(options.types, parameterSchemas([createPath, entryPath])),
    ...(options.hasIdHeader && onlyType !== undefined && { onlyType }),
  })

  function shown(section: Section, context: StoredContext, isListed: boolean): unknown {
    const data = {
      ...file.data(section),
      ...(isListed && { [idName]: section.id }),
      ...(!options.hidesDigest && { digest: file.digest(context.cluster.config) }),
    }
    return options.show ? options.show(data, context, isListed) : data
  }

  const list = stored('GET', path, (context) => {
    options.beforeList?.(context)
    return [...file.sections(context.cluster.config).values()]
      .filter((section) => options.maySee?.(context, section) ?? true)
      .map((section) => shown(section, context, true))
  })

  const read = stored('GET', entryPath, (context) => {
    const id = text(context.params, idName)
    const section = file.sections(context.cluster.config).get(id)
    return shown(requireSection(section, texts.missing(id)), context, false)
  })

  const create = stored('POST', createPath, (context) => {
    const { [idName]: _, type: given, ...params } = context.params
    const id = text(context.params, idName)
    const type = (hasTypes && typeof given === 'string' ? given : onlyType) ?? ''
    const section = file.check({ id, type, params })
    options.accept?.(section, context)
    prefixed(texts.creating, () => {
      if (file.sections(context.cluster.config).has(id)) throw failed(texts.exists(id))
      file.put(context.cluster.config, section)
    })
  })

  const update = stored('PUT', entryPath, (context) => {
    const { digest, delete: removed, [idName]: _, ...params } = context.params
    const id = text(context.params, idName)
    const { config } = context.cluster
    prefixed(texts.updating, () => {
      if (digest) requireDigest(file.digest(config), text(context.params, 'digest'))
      const present = requireSection(file.sections(config).get(id), texts.unknown(id))
      const given = file.check(
        { id, type: present.type, params },
        { update: !options.updateIsComplete },
      )
      options.accept?.(given, context)
      file.put(config, file.merge(present, given, text({ removed }, 'removed')))
    })
  })

  const remove = stored('DELETE', entryPath, (context) => {
    const id = text(context.params, idName)
    const { config } = context.cluster
    prefixed(texts.deleting, () => {
      if (options.deletesUnknown && !file.sections(config).has(id)) {
        throw failed(options.deletesUnknown(id))
      }
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
