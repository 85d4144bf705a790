import type { ConfigTree } from '../../engine/config-tree.js'
import { failed } from '../../engine/fault.js'
import { splitList } from '../config-text.js'
import type { SectionFile } from '../stored/section-file.js'
import { fabrics } from './fabrics-file.js'
import { controllers, subnets, vnets, zones } from './sdn-files.js'

/** An object with its options, as the running configuration holds it. */
export type SdnObject = Readonly<Record<string, unknown>>
export type SdnObjects = ReadonlyMap<string, SdnObject>

/** The parts of the configuration that are applied as a whole. */
export const applied: Readonly<Record<AppliedKind, SectionFile>> = {
  zones,
  vnets,
  subnets,
  controllers,
  fabrics,
}

export type AppliedKind = 'zones' | 'vnets' | 'subnets' | 'controllers' | 'fabrics'

const kinds: readonly AppliedKind[] = ['zones', 'vnets', 'subnets', 'controllers', 'fabrics']

interface RunningConfig extends Readonly<
  Partial<Record<AppliedKind, { readonly ids?: Readonly<Record<string, SdnObject>> }>>
> {
  readonly version?: number
}

const path = 'sdn/.running-config'

/** The objects of a file as they are written now. */
export function presentObjects(file: SectionFile, config: ConfigTree): SdnObjects {
  return new Map(
    [...file.sections(config)].map(([id, section]) => {
      const data = file.data(section)
      for (const name of ['nodes', 'exitnodes']) {
        const value = data[name]
        if (typeof value === 'string') {
          data[name] = Object.fromEntries(splitList(value).map((node) => [node, 1]))
        }
      }
      return [id, data]
    }),
  )
}

export function runningObjects(kind: AppliedKind, config: ConfigTree): SdnObjects {
  return new Map(Object.entries(read(config)[kind]?.ids ?? {}))
}

/** How often a configuration was applied. */
export function runningVersion(config: ConfigTree): number {
  return read(config).version ?? 0
}

/** pve-network Network/SDN.pm: commit_config */
export function applyConfig(config: ConfigTree): void {
  const ids = (kind: AppliedKind): { ids: Record<string, SdnObject> } => ({
    ids: Object.fromEntries(presentObjects(applied[kind], config)),
  })
  const running = {
    version: (read(config).version ?? 0) + 1,
    vnets: ids('vnets'),
    zones: ids('zones'),
    controllers: ids('controllers'),
    subnets: ids('subnets'),
    fabrics: ids('fabrics'),
  }
  config.write(path, JSON.stringify(running))
}

/** Writes the files anew from what runs. pve-network API2/Network/SDN.pm: rollback */
export function rollbackConfig(config: ConfigTree): void {
  for (const kind of kinds) {
    const file = applied[kind]
    const sections = [...runningObjects(kind, config)].map(([id, { type, ...rest }]) => {
      const lists = Object.entries(rest).flatMap(([name, value]) =>
        Array.isArray(value) ? [[name, value.map(String)] as const] : [],
      )
      const options = Object.entries(rest).flatMap(([name, value]) =>
        Array.isArray(value) ? [] : [[name, String(encodeValue(value))] as const],
      )
      return [
        id,
        {
          id,
          type: String(type),
          options: Object.fromEntries(options),
          lists: Object.fromEntries(lists),
        },
      ] as const
    })
    file.write(config, new Map(sections))
  }
}

/** Sets of nodes are shown as a list, and so are lists. pve-network Network/SDN.pm: encode_value */
export function encodeValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(String).toSorted().join(',')
  if (typeof value === 'object' && value !== null) return Object.keys(value).toSorted().join(',')
  return value
}

/**
 * What runs, beside what it will be: new, changed and deleted objects.
 *
 * pve-network Network/SDN.pm: pending_config
 */
export function pendingObjects(running: SdnObjects, present: SdnObjects): SdnObjects {
  const ids = [...new Set([...running.keys(), ...present.keys()])].toSorted()
  return new Map(ids.map((id) => [id, pendingObject(running.get(id), present.get(id))]))
}

function pendingObject(running: SdnObject | undefined, present: SdnObject | undefined): SdnObject {
  if (!present) return { ...running, state: 'deleted', pending: {} }
  const shown: Record<string, unknown> = { ...running }
  const pending: Record<string, unknown> = {}
  let isChanged = false
  for (const [name, value] of Object.entries(running ?? {})) {
    if (present[name] === undefined) {
      pending[name] = 'deleted'
      isChanged = true
    } else if (String(encodeValue(value)) !== String(encodeValue(present[name]))) isChanged = true
  }
  for (const [name, value] of Object.entries(present)) {
    const before = running?.[name]
    if (name === 'type' || name === 'vnet') shown[name] = value
    else if (before === undefined || String(encodeValue(before)) !== String(encodeValue(value))) {
      pending[name] = value
    }
    if (before === undefined) isChanged = true
  }
  if (!running) return { ...shown, state: 'new', pending }
  return isChanged ? { ...shown, state: 'changed', pending } : shown
}

/** pve-network Network/SDN.pm: has_pending_changes */
export function hasPendingChanges(config: ConfigTree): boolean {
  return kinds.some((kind) => {
    const running = runningObjects(kind, config)
    const pending = pendingObjects(running, presentObjects(applied[kind], config))
    return [...pending.values()].some((object) => object.pending !== undefined)
  })
}

export function requireObject(objects: SdnObjects, id: string, message: string): SdnObject {
  const object = objects.get(id)
  if (!object) throw failed(message)
  return object
}

function read(config: ConfigTree): RunningConfig {
  return config.parse(path, parseRunning)
}

function parseRunning(text: string): RunningConfig {
  return text === '' ? {} : JSON.parse(text)
}
