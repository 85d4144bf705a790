import type { Definition, Params } from '@proxkit/schema'
import type { Operation } from './find-operation.js'

/**
 * Where that is which a call creates; undefined where it creates nothing that has a path.
 *
 * A POST creates where the API has an entry below its path, or removes at the very path what the POST made. Where the
 * server chooses the name and does not tell it, this is the path of the list.
 */
export function createdAt(
  { verb, path, method }: Operation,
  { definition, params, data }: Creation,
): string | undefined {
  if (verb !== 'POST') return undefined
  const own = path.replace(/\/+$/, '')
  const template = entryBelow(definition, own)
  if (template?.startsWith(`${method.path}/{`)) {
    const name = template.slice(method.path.length + 2, -1)
    const id = params[name] ?? (isScalar(data) ? data : undefined)
    return isScalar(id) && !isTask(id) ? `${own}/${encodeURIComponent(id)}` : own
  }
  const isEntry = method.path.endsWith('}') && !isCopy(method.name)
  return isEntry && definition.method('DELETE', method.path) ? own : undefined
}

interface Creation {
  readonly definition: Definition
  readonly params: Params
  /** What the server answered. */
  readonly data: unknown
}

function entryBelow(definition: Definition, path: string): string | undefined {
  const anyEntry = `${decodeURIComponent(path)}/0`
  for (const verb of ['GET', 'DELETE', 'PUT'] as const) {
    const found = definition.find(verb, anyEntry)
    if (found) return found.method.path
  }
  return undefined
}

/** A volume that is copied is there before. pve-storage PVE/API2/Storage/Content.pm: copy */
const isCopy = (name: string | undefined): boolean => name === 'copy'

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'

const isTask = (value: string | number): boolean => String(value).includes('UPID:')
