import { isTrue, scalarText } from '../perl/scalar.js'
import type { Inspection, Place } from './inspection.js'
import { isObject, ownValue, propertyPath } from './object-value.js'
import type { Rule } from './rule.js'
import { SchemaError } from './schema-error.js'

/** A place together with the rule that has the alternatives. */
export interface RuledPlace extends Place {
  readonly rule: Rule
}

/** What the alternatives say about the absence of the value. */
export type LegacyVerdict = 'optional' | 'required' | 'invalid'

/** Alternatives of one property: those of its instance type, or the first that fits. */
export function checkLegacyOneOf(
  inspection: Inspection,
  alternatives: readonly Rule[],
  place: RuledPlace,
): LegacyVerdict {
  // pve-common JSONSchema.pm: check_prop
  if (place.rule.schema.typeProperty === undefined) {
    checkAlternatives(inspection, alternatives, place)
    return 'required'
  }
  const { value, path, instanceType } = place
  let verdict: LegacyVerdict = 'optional'
  if (instanceType === undefined || !isTrue(instanceType)) return verdict
  for (const alternative of alternatives) {
    const { instanceTypes, optional } = alternative.schema
    if (instanceTypes === undefined) {
      inspection.fail(path, "missing 'instance-types' in oneOf alternative")
      return 'invalid'
    }
    if (!instanceTypes.includes(instanceType)) continue
    verdict = optional === true ? 'optional' : 'required'
    inspection.property(alternative, { value, path })
  }
  return verdict
}

function checkAlternatives(
  inspection: Inspection,
  alternatives: readonly Rule[],
  { value, path }: Place,
): void {
  const failures = []
  for (const [index, alternative] of alternatives.entries()) {
    const errors = inspection.apart(() => {
      inspection.property(alternative, { value, path: `${path}.oneOf[${index}]` })
    })
    if (errors === undefined) return
    failures.push(errors)
  }
  for (const errors of failures) inspection.failAs(errors)
}

/** An object that has to fulfil several schemas; a property is unknown if all of them say so. */
export function checkAllOf(inspection: Inspection, parts: readonly Rule[], place: Place): void {
  // pve-common JSONSchema.pm: check_all_of
  const { value, path, instanceType } = place
  let unknownEverywhere: ReadonlySet<string> | undefined
  for (const part of parts) {
    const unknown = new Set<string>()
    inspection.property(part, { value, path, instanceType, unknown })
    unknownEverywhere =
      unknownEverywhere === undefined ? unknown : intersection(unknownEverywhere, unknown)
  }
  passOnUnknown(inspection, place, unknownEverywhere ?? new Set())
}

/** An object whose type property selects the schema for the rest of it. */
export function checkOneOf(
  inspection: Inspection,
  variants: readonly Rule[],
  place: RuledPlace,
): void {
  // pve-common JSONSchema.pm: check_one_of
  const { rule, value, path } = place
  const { typeProperty } = rule.schema
  if (rule.typeSchema === undefined) return
  if (typeProperty === undefined) throw new SchemaError("missing 'type-property' in oneOf schema")
  if (!isObject(value)) return inspection.fail(path, 'an object is required')
  const type = checkTypeProperty(inspection, rule.typeSchema, place)
  if (type === undefined) {
    passOnUnknown(
      inspection,
      place,
      Object.keys(value).filter((name) => name !== typeProperty),
    )
    return
  }
  for (const variant of variants) {
    const name = variant.schema.instanceType
    if (name === undefined) throw new SchemaError("missing 'instance-type' in oneOf variant")
    if (name !== type) continue
    const variantPath = propertyPath(path, `oneOf[${name}]`)
    const unknown = new Set<string>()
    inspection.property(variant, { value, path: variantPath, unknown })
    unknown.delete(typeProperty)
    passOnUnknown(inspection, { ...place, path: variantPath }, unknown)
    return
  }
  inspection.fail(path, `'${type}' is not a valid oneOf variant`)
}

/** Checks the type property; without a valid type there is nothing more to check. */
function checkTypeProperty(
  inspection: Inspection,
  typeSchema: Rule,
  { rule, value, path, unknown }: RuledPlace,
): string | undefined {
  const { typeProperty = '', optional } = rule.schema
  const typePath = propertyPath(path, typeProperty)
  const type = isObject(value) ? ownValue(value, typeProperty) : undefined
  if (type === undefined || type === null) {
    if (optional !== true) inspection.property(typeSchema, { value: type, path: typePath })
    return undefined
  }
  const errors = inspection.apart(() => {
    inspection.property(typeSchema, { value: type, path: typePath, unknown })
  })
  if (errors === undefined) return scalarText(type)
  for (const [, message] of errors.entries()) inspection.fail(typePath, message)
  return undefined
}

function passOnUnknown(
  inspection: Inspection,
  { path, unknown }: Place,
  names: Iterable<string>,
): void {
  // pve-common JSONSchema.pm: propagate_unknown_properties
  if (unknown === undefined) inspection.refuseUnknown(path, names)
  else for (const name of names) unknown.add(name)
}

function intersection(one: ReadonlySet<string>, other: ReadonlySet<string>): Set<string> {
  return new Set([...one].filter((name) => other.has(name)))
}
