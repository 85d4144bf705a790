import { isDeepStrictEqual } from 'node:util'
import { partProperties, type Properties } from '../emit/part-properties.js'
import { isRequired } from '../emit/value-type.js'
import type { Schema } from '../model.js'
import type { Change, Effect } from './change.js'
import { factOf } from './fact-of.js'
import { keywordEffects } from './keyword-effects.js'

export interface ChangePlace {
  readonly area: 'parameter' | 'result'
  readonly member: string
}

/** How one schema became another, member by member and keyword by keyword. */
export function schemaChanges(before: Schema, after: Schema, place: ChangePlace): Change[] {
  if (isDeepStrictEqual(before, after)) return []
  return [
    ...Object.entries(keywordEffects).flatMap(([keyword, effectOf]) =>
      keywordChange(keyword, { before, after, place, effectOf }),
    ),
    ...nestedChanges('items', before.items, after.items, { ...place, member: `${place.member}[]` }),
    ...nestedChanges('propertyString', before.propertyString, after.propertyString, place),
    ...nestedChanges('typeSchema', before.typeSchema, after.typeSchema, place),
    ...memberChanges(before, after, place),
  ]
}

interface KeywordComparison {
  readonly before: Schema
  readonly after: Schema
  readonly place: ChangePlace
  readonly effectOf: ((before: Schema, after: Schema) => Effect) | false
}

function keywordChange(
  keyword: string,
  { before, after, place, effectOf }: KeywordComparison,
): Change[] {
  const old = factOf(before, keyword)
  const young = factOf(after, keyword)
  if (isDeepStrictEqual(old, young)) return []
  return [
    {
      ...place,
      kind: 'changed',
      keyword,
      ...(old !== undefined && { before: old }),
      ...(young !== undefined && { after: young }),
      breaks: effectOf !== false && breaks(effectOf(before, after), { ...place, keyword }),
    },
  ]
}

/** A result may always have more members, whether or not the older one said so. */
function breaks(
  effect: Effect,
  { area, keyword }: ChangePlace & { readonly keyword: string },
): boolean {
  if (area === 'parameter') return effect === 'narrower' || effect === 'other'
  return (effect === 'wider' || effect === 'other') && keyword !== 'additionalProperties'
}

function nestedChanges(
  keyword: 'items' | 'propertyString' | 'typeSchema',
  before: Schema | undefined,
  after: Schema | undefined,
  place: ChangePlace,
): Change[] {
  if (before && after) return schemaChanges(before, after, place)
  if (!before && !after) return []
  const effect = before ? 'wider' : 'narrower'
  return [{ ...place, kind: 'changed', keyword, breaks: breaks(effect, { ...place, keyword }) }]
}

function memberChanges(before: Schema, after: Schema, place: ChangePlace): Change[] {
  const old = byName(before.properties ?? {})
  const young = byName(after.properties ?? {})
  const isOpen = after.additionalProperties !== false
  const changes: Change[] = []
  for (const [name, schema] of old) {
    const inside = { ...place, member: place.member === '' ? name : `${place.member}.${name}` }
    const successor = young.get(name)
    if (successor) changes.push(...schemaChanges(schema, successor, inside))
    else changes.push({ ...inside, kind: 'removed', breaks: place.area === 'result' || !isOpen })
  }
  for (const [name, schema] of young) {
    if (old.has(name)) continue
    const member = place.member === '' ? name : `${place.member}.${name}`
    changes.push({
      ...place,
      member,
      kind: 'added',
      breaks: place.area === 'parameter' && isRequired(schema),
    })
  }
  return changes
}

/** Members by name; all of an indexed family are one. */
function byName(properties: Properties): Map<string, Schema> {
  const { single, indexed } = partProperties(properties)
  const members = new Map(Object.entries(single))
  for (const [stem, family] of indexed) {
    const [schema = {}] = Object.values(family)
    members.set(`${stem}[n]`, schema)
  }
  return members
}
