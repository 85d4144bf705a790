import type { Schema } from '../model.js'

export type Properties = Readonly<Record<string, Schema>>

export interface PartedProperties {
  readonly single: Properties
  /** By stem: `net` → `net0`, `net1`, … */
  readonly indexed: ReadonlyMap<string, Properties>
}

/** Parts properties into those that stand alone and the families of indexed ones. */
export function partProperties(properties: Properties): PartedProperties {
  const single: Record<string, Schema> = {}
  const indexed = new Map<string, Record<string, Schema>>()
  for (const [name, schema] of Object.entries(properties)) {
    if (schema.maxIndex === undefined) {
      single[name] = schema
    } else {
      const stem = name.replace(/\d+$/, '')
      const range = indexed.get(stem) ?? {}
      range[name] = schema
      indexed.set(stem, range)
    }
  }
  return { single, indexed }
}
