import { invalidParameters } from '../../engine/fault.js'
import { splitList } from '../config-text.js'

/** Which name stands for which on the other side: `1` for the same, one name for all, or pairs `a:b`. */
export interface IdMap {
  readonly isIdentity: boolean
  readonly fallback: string | undefined
  readonly pairs: ReadonlyMap<string, string>
}

interface MapParameter {
  /** Its name. */
  readonly name: string
  readonly of: 'storage' | 'bridge'
}

/** Reads a mapping whose entries were verified; throws for those that do not go together. pve-common JSONSchema.pm: parse_idmap */
export function parseIdMap(text: string, { name, of }: MapParameter): IdMap {
  const refuse = (reason: string): never => {
    throw invalidParameters({ [name]: `failed to parse ${of} map: ${reason}\n` })
  }
  const pairs = new Map<string, string>()
  let isIdentity = false
  let fallback: string | undefined
  for (const entry of splitList(text)) {
    const [source = '', target] = entry.split(':')
    if (entry === '1') isIdentity = true
    else if (target === undefined) {
      if (fallback !== undefined) refuse('default target ID can only be provided once')
      fallback = entry
    } else {
      if (pairs.has(source)) refuse(`duplicate mapping for source '${source}'`)
      pairs.set(source, target)
    }
  }
  if (isIdentity && (fallback !== undefined || pairs.size > 0)) {
    refuse('identity mapping cannot be combined with other mappings')
  }
  return { isIdentity, fallback, pairs }
}

/** pve-common JSONSchema.pm: map_id */
export function mapId(map: IdMap | undefined, id: string): string {
  return map?.pairs.get(id) ?? map?.fallback ?? id
}
