import { splitList } from '../config-text.js'

/** Which name stands for which on the other side: `1` for the same, one name for all, or pairs `a:b`. */
export interface IdMap {
  readonly isIdentity: boolean
  readonly fallback: string | undefined
  readonly pairs: ReadonlyMap<string, string>
}

/** Reads a mapping that was verified. pve-common JSONSchema.pm: parse_idmap */
export function parseIdMap(text: string): IdMap {
  const pairs = new Map<string, string>()
  let isIdentity = false
  let fallback: string | undefined
  for (const entry of splitList(text)) {
    const [source = '', target] = entry.split(':')
    if (entry === '1') isIdentity = true
    else if (target === undefined) fallback = entry
    else pairs.set(source, target)
  }
  return { isIdentity, fallback, pairs }
}

/** pve-common JSONSchema.pm: map_id */
export function mapId(map: IdMap | undefined, id: string): string {
  return map?.pairs.get(id) ?? map?.fallback ?? id
}
