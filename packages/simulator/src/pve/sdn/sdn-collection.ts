import { failed } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { requireDigest } from '../require-digest.js'
import type { Section } from '../section-config.js'
import type { SectionFile } from '../stored/section-file.js'
import { stored, text, type StoredContext, type StoredParams } from '../stored/stored-handler.js'
import { locked } from './lock.js'
import {
  encodeValue,
  pendingObjects,
  presentObjects,
  requireObject,
  runningObjects,
  type AppliedKind,
  type SdnObject,
  type SdnObjects,
} from './running-config.js'

export interface SdnCollection {
  readonly path: string
  /** The parameter that names an object. */
  readonly id: string
  readonly file: SectionFile
  /** What it is in the running configuration; absent for what works at once. */
  readonly kind?: AppliedKind
  /** What the vendor's messages call an object. */
  readonly noun: string
  /** How the vendor's messages name an object that does not exist; default `sdn`. */
  readonly missingNoun?: string
  /** What the message of a failed deletion calls it, where that differs. */
  readonly deletedNoun?: string
  /** The id of a new object, where it is more than what was given. */
  readonly newId?: (context: StoredContext) => string
  readonly params?: (params: StoredParams) => StoredParams
  /** The product checks the options of a new object only under the lock. */
  readonly checksLate?: boolean
  readonly builtIn?: readonly Section[]
  readonly show?: (object: SdnObject, id: string) => SdnObject
  readonly maySee?: (object: SdnObject, id: string, context: StoredContext) => boolean
  /** Throws unless the caller may touch the object. */
  readonly authorize?: (id: string, context: StoredContext, changes: boolean) => void
  /** Throws before anything is listed. */
  readonly beforeList?: (context: StoredContext) => void
  /** Throws when an object is not where it was looked for. */
  readonly requirePlace?: (object: SdnObject, context: StoredContext) => void
  /** Throws when an object cannot be as it would become; may complete it. */
  readonly accept?: (section: Section, context: StoredContext, before?: Section) => Section | void
  /** Throws when an object cannot go. */
  readonly release?: (id: string, context: StoredContext) => void
}

/** The calls on one kind of SDN objects, with their states: as written, as running, and as pending. */
export function sdnCollection(options: SdnCollection): Handler[] {
  const { path, id: idName, file, kind, noun, missingNoun = 'sdn' } = options
  const entryPath = `${path}/{${idName}}`

  /** What is there without being written is written with the first change. */
  const complete = (written: ReadonlyMap<string, Section>): Map<string, Section> => {
    const all = new Map(written)
    for (const one of options.builtIn ?? []) if (!all.has(one.id)) all.set(one.id, one)
    return all
  }
  const sections = ({ cluster }: StoredContext): Map<string, Section> =>
    complete(file.sections(cluster.config))
  const save = ({ cluster: { config } }: StoredContext, section: Section): void => {
    file.write(config, complete(new Map(file.sections(config)).set(section.id, section)))
  }
  const missing = (id: string): string => `${missingNoun} '${id}' does not exist`

  /** The objects in the state that was asked for, and their digest if they have one. */
  function view(context: StoredContext): { objects: SdnObjects; digest: string | null } {
    const { params, cluster } = context
    const builtIn = (options.builtIn ?? []).map((one) => [one.id, file.data(one)] as const)
    const present = new Map([...builtIn, ...presentObjects(file, cluster.config)])
    const isAsked = (name: string): boolean => text(params, name) === '1'
    if (kind && isAsked('pending')) {
      const running = runningObjects(kind, cluster.config)
      return { objects: pendingObjects(running, present), digest: null }
    }
    if (kind && isAsked('running')) {
      return { objects: runningObjects(kind, cluster.config), digest: null }
    }
    return { objects: present, digest: file.digest(cluster.config) }
  }

  function shown(object: SdnObject, id: string, digest: string | null): SdnObject {
    const { pending, ...rest } = object
    const data = { ...encoded(rest), [idName]: id, digest }
    const all = isObject(pending) ? { ...data, pending: encoded(pending) } : data
    return options.show ? options.show(all, id) : all
  }

  return [
    stored('GET', path, (context) => {
      options.beforeList?.(context)
      const { objects, digest } = view(context)
      return [...objects]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .filter(([id, object]) => options.maySee?.(object, id, context) ?? true)
        .filter(([, { type }]) => !context.params.type || context.params.type === type)
        .map(([id, object]) => shown(object, id, digest))
    }),
    stored('GET', entryPath, (context) => {
      const id = text(context.params, idName)
      options.authorize?.(id, context, false)
      const { objects, digest } = view(context)
      const object = requireObject(objects, id, missing(id))
      options.requirePlace?.(object, context)
      return shown(object, id, digest)
    }),
    stored('POST', path, (context) => {
      const { type: given, [idName]: _, 'lock-token': __, digest: ___, ...rest } = context.params
      const params = options.params?.(rest) ?? rest
      const type = typeof given === 'string' ? given : noun
      const isNew = options.newId === undefined
      if (!isNew) options.authorize?.(text(context.params, idName), context, true)
      const check = (): Section => file.check({ id: newIdOf(context), type, params })
      const early = options.checksLate ? undefined : check()
      locked(context, `create sdn ${noun} object failed`, () => {
        const section = early ?? check()
        if (sections(context).has(section.id)) {
          throw failed(`sdn ${noun} object ID '${section.id}' already defined`)
        }
        save(context, options.accept?.(section, context) ?? section)
      })
    }),
    stored('PUT', entryPath, (context) => {
      const { digest, delete: removed, [idName]: _, 'lock-token': __, ...rest } = context.params
      const params = options.params?.(rest) ?? rest
      const id = text(context.params, idName)
      options.authorize?.(id, context, true)
      locked(context, `update sdn ${noun} object failed`, () => {
        requireDigest(file.digest(context.cluster.config), text({ digest }, 'digest'))
        const present = sections(context).get(id)
        if (!present) throw failed(missing(id))
        const given = file.check({ id, type: present.type, params }, { update: true })
        const next = file.merge(present, given, text({ removed }, 'removed'))
        save(context, options.accept?.(next, context, present) ?? next)
      })
    }),
    stored('DELETE', entryPath, (context) => {
      const id = text(context.params, idName)
      options.authorize?.(id, context, true)
      locked(context, `delete sdn ${options.deletedNoun ?? noun} object failed`, () => {
        if (!sections(context).has(id)) throw failed(missing(id))
        options.release?.(id, context)
        const others = sections(context)
        others.delete(id)
        file.write(context.cluster.config, others)
      })
    }),
  ]

  function newIdOf(context: StoredContext): string {
    return options.newId?.(context) ?? text(context.params, idName)
  }
}

function encoded(object: SdnObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      name === 'dhcp-range' ? value : encodeValue(value),
    ]),
  )
}

function isObject(value: unknown): value is SdnObject {
  return typeof value === 'object' && value !== null
}
