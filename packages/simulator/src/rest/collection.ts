import type { RestRights } from './access/rights.js'
import { listOf, needText, storedRest, type RestContext, type RestHandler } from './context.js'
import { bad, missing } from './rest-fault.js'
import type { RestSection, RestSectionFile } from './section-file.js'
import { parameterFault } from './verify-parameters.js'

/** What distinguishes one collection of sections from the others. */
export interface RestCollection {
  readonly file: RestSectionFile
  readonly type: string
  /** Path of the list; an entry is below it. */
  readonly path: string
  /** The parameter that names an entry. */
  readonly id: string
  /** An entry as texts call it: `job`. */
  readonly noun: string
  /** What an unknown entry is deleted with, where it is not the usual. */
  readonly unknown?: (id: string) => string
  /** Refusals without the name of a parameter. */
  readonly isPlain?: boolean
  /** Options that nobody reads again. */
  readonly hidden?: readonly string[]
  /** Whether the caller may see an entry in the list. */
  readonly maySee?: (rights: RestRights, section: RestSection) => boolean
  /** Throws when the caller may not read an entry. */
  readonly requireRead?: (rights: RestRights, section: RestSection) => void
  /** Throws when the caller may not have an entry as it is before or after a change. */
  readonly requireChange?: (rights: RestRights, section: RestSection) => void
  /** Throws when an entry cannot be. */
  readonly accept?: (section: RestSection, context: RestContext) => void
}

/** The calls on a collection: list, read, create, update, delete. */
export function restCollection(options: RestCollection): RestHandler[] {
  const { file, type, path, id: idName, noun } = options
  const entryPath = `${path}/{${idName}}`

  const shown = (section: RestSection): Record<string, unknown> => {
    const data = file.shown(section)
    for (const name of options.hidden ?? []) delete data[name]
    return data
  }

  const list = storedRest('GET', path, ({ cluster, rights, tell }) => {
    tell('digest', file.digest(cluster))
    return file
      .ofType(cluster, type)
      .filter((section) => options.maySee?.(rights, section) ?? true)
      .map(shown)
  })

  const read = storedRest('GET', entryPath, ({ params, cluster, rights, tell }) => {
    const section = file.lookup(cluster, type, needText(params, idName))
    options.requireRead?.(rights, section)
    tell('digest', file.digest(cluster))
    return shown(section)
  })

  const create = storedRest('POST', path, (context) => {
    const { params, cluster, rights } = context
    const { [idName]: _, ...data } = params
    const section: RestSection = { type, id: needText(params, idName), data }
    options.requireChange?.(rights, section)
    options.accept?.(section, context)
    if (file.sections(cluster).has(section.id)) {
      const text = `${noun} '${section.id}' already exists.`
      throw options.isPlain ? bad(text) : parameterFault([[idName, text]])
    }
    file.put(cluster, section)
  })

  const update = storedRest('PUT', entryPath, (context) => {
    const { params, cluster, rights } = context
    const { [idName]: _, digest, delete: __, ...given } = params
    file.requireDigest(cluster, digest)
    const present = file.lookup(cluster, type, needText(params, idName))
    options.requireChange?.(rights, present)
    const data: Record<string, unknown> = { ...present.data }
    for (const name of listOf(params, 'delete')) delete data[name]
    for (const [name, value] of Object.entries(given)) data[name] = emptyAsNone(name, value)
    const section = { ...present, data }
    options.requireChange?.(rights, section)
    options.accept?.(section, context)
    file.put(cluster, section)
  })

  const remove = storedRest('DELETE', entryPath, ({ params, cluster, rights }) => {
    const id = needText(params, idName)
    const section = file.sections(cluster).get(id)
    if (section) options.requireChange?.(rights, section)
    file.requireDigest(cluster, params.digest)
    if (section?.type !== type) {
      const text = options.unknown?.(id) ?? `${noun} '${id}' does not exist.`
      throw options.isPlain ? bad(text) : missing(text)
    }
    file.remove(cluster, id)
  })

  return [list, read, create, update, remove]
}

/** A comment without any text is none. */
function emptyAsNone(name: string, value: unknown): unknown {
  if (name !== 'comment' || typeof value !== 'string') return value
  return value.trim() === '' ? undefined : value.trim()
}
