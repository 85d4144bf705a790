import { decodeUpid, UpidError } from '@proxkit/schema'
import type { Policy } from '../access.js'
import { type Call, textsIn } from './call.js'
import { isInScope } from './guests.js'

/** Of a list, the entries that are about nodes and guests of the policy; undefined where all may be seen. */
export async function visibleTo(
  { nodes, guests: scope }: Policy,
  { verb, method: { path, returns }, guests }: Call,
): Promise<((entry: unknown) => boolean) | undefined> {
  const isOfGuest = /^\/nodes\/\{node\}\/(?:qemu|lxc)\/\{vmid\}/.test(path)
  if (verb !== 'GET' || returns.type !== 'array' || isOfGuest || (!nodes && !scope))
    return undefined
  const known = scope && (await guests())
  const isOfNode = path.startsWith('/nodes/{node}')
  return (entry) => {
    const { node, vmid, pool, poolid, type, upid }: Entry = toEntry(entry)
    if (
      nodes &&
      !(node === undefined ? isOfNode : textsIn(node).every((name) => nodes.includes(name)))
    )
      return false
    if (!scope || !known) return true
    const about = upid === undefined ? vmid : taskOf(upid)
    if (about !== undefined) {
      return textsIn(about)
        .flatMap((text) => text.split(/[,;\s]+/))
        .every((id) => isInScope(known.get(id), scope))
    }
    const name = poolid ?? (type === 'pool' ? pool : undefined)
    return typeof name === 'string' && scope.pools.includes(name)
  }
}

interface Entry {
  readonly node?: unknown
  readonly vmid?: unknown
  readonly pool?: unknown
  readonly poolid?: unknown
  readonly type?: unknown
  readonly upid?: unknown
}

const toEntry = (entry: unknown): Entry =>
  typeof entry === 'object' && entry !== null ? entry : {}

/** The guest of a task, or what else it is about. */
function taskOf(upid: unknown): string {
  try {
    return decodeUpid(String(upid)).id
  } catch (error) {
    if (error instanceof UpidError) return ''
    throw error
  }
}
