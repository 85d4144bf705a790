import { numberText } from '../perl/number-text.js'
import { isTrue, referenceName, scalarText } from '../perl/scalar.js'
import { checkLimits, checkType } from './check-scalar.js'
import { checkAllOf, checkLegacyOneOf, checkOneOf } from './check-variants.js'
import { ErrorMap } from './error-map.js'
import {
  instanceTypeOf,
  isObject,
  type ObjectValue,
  ownValue,
  propertyPath,
} from './object-value.js'
import type { Rule } from './rule.js'

/** A value to check, where it is found, and what applies to it beside its own schema. */
export interface Place {
  readonly value: unknown
  readonly path: string
  /** Value of the type property beside the value: only what belongs to this type applies. */
  readonly instanceType?: string | undefined
  /** Collects the names of unknown properties in place of refusing them. */
  readonly unknown?: Set<string> | undefined
}

/** Checks a text against the property string that a rule asks for; the answer is the message. */
export type PropertyStringCheck = (rule: Rule, text: string, path: string) => string | undefined

/**
 * One check of a value against a rule, which collects a message per path.
 *
 * Aliases are renamed in the value itself.
 */
export class Inspection {
  #errors: ErrorMap | undefined
  readonly #checkPropertyString: PropertyStringCheck

  constructor(checkPropertyString: PropertyStringCheck) {
    this.#checkPropertyString = checkPropertyString
  }

  /** Undefined as long as nothing failed. */
  get errors(): ErrorMap | undefined {
    return this.#errors
  }

  fail(path: string, message: string): void {
    this.#errors ??= new ErrorMap()
    this.#errors.add(path, message)
  }

  failAs(errors: ErrorMap): void {
    for (const [path, message] of errors.entries()) this.fail(path, message)
  }

  /** Runs a part of the check whose errors do not count yet. */
  apart(check: () => void): ErrorMap | undefined {
    const before = this.#errors
    this.#errors = undefined
    try {
      check()
      return this.#errors
    } finally {
      this.#errors = before
    }
  }

  // pve-common JSONSchema.pm: check_prop
  property(rule: Rule, place: Place): void {
    const { schema } = rule
    const { value, path, instanceType } = place
    let mayBeAbsent = schema.optional === true || schema.group !== undefined
    if (rule.legacyOneOf !== undefined) {
      const verdict = checkLegacyOneOf(this, rule.legacyOneOf, { ...place, rule })
      if (verdict === 'invalid') return
      mayBeAbsent ||= verdict === 'optional'
    } else if (instanceType !== undefined && isTrue(instanceType)) {
      if (schema.instanceTypes === undefined) return this.fail(path, "missing 'instance-types'")
      mayBeAbsent ||= !schema.instanceTypes.includes(instanceType)
    }
    if (isTrue(schema.alias)) return
    if (value === undefined || value === null) {
      if (schema.type === 'null' || mayBeAbsent) return
      return this.fail(path, 'property is missing and it is not optional')
    }
    const message = this.#typeMessage(rule, place) ?? this.#textMessage(rule, value, path)
    if (message !== undefined) this.fail(path, message)
    else if (referenceName(value) !== '') this.#reference(rule, place)
  }

  // pve-common JSONSchema.pm: check_object
  object(rule: Rule, place: Place, additional: Rule | boolean | undefined = rule.additional): void {
    const { value, path, unknown } = place
    if (!isObject(value)) return this.fail(path, 'an object is required')
    if (rule.hasAliases) this.#renameAliases(rule, value, path)
    for (const { name, rule: expected } of rule.always) {
      if (ownValue(value, name) === undefined) this.#member(expected, name, { value, path })
    }
    // What comes here was copied, so that nothing inherited can show.
    for (const name in value) {
      const member = value[name]
      const known = rule.properties?.get(name)?.rule
      if (known?.isPlain === true) {
        const text = plainText(member)
        if (text !== undefined) {
          this.#plain(known, text, { path, name })
          continue
        }
      }
      if (known !== undefined) {
        this.#member(known, name, { value, path })
        this.#requirements(known, name, { value, path })
        if (belongsToType(known, value)) continue
      }
      if (typeof additional === 'object') {
        this.property(additional, { value: member, path: propertyPath(path, name) })
      } else if (additional === false) {
        if (unknown === undefined) this.refuseUnknown(path, [name])
        else unknown.add(name)
      }
    }
  }

  #plain(rule: Rule, text: string, { path, name }: { path: string; name: string }): void {
    const memberPath = rule.shape === undefined ? '' : propertyPath(path, name)
    const message = checkType(rule.schema, text) ?? this.#textMessage(rule, text, memberPath)
    if (message !== undefined) this.fail(propertyPath(path, name), message)
  }

  refuseUnknown(path: string, names: Iterable<string>): void {
    for (const name of names) {
      this.fail(
        propertyPath(path, name),
        'property is not defined in schema and the schema does not allow additional properties',
      )
    }
  }

  #member(rule: Rule, name: string, { value, path }: ObjectPlace): void {
    const { typeProperty } = rule.schema
    this.property(rule, {
      value: ownValue(value, name),
      path: propertyPath(path, name),
      instanceType: typeProperty === undefined ? undefined : instanceTypeOf(value, typeProperty),
    })
  }

  #requirements(rule: Rule, name: string, { value, path }: ObjectPlace): void {
    const { requires } = rule.schema
    if (rule.requiresSchema !== undefined) this.property(rule.requiresSchema, { value, path })
    else if (requires !== undefined && (ownValue(value, requires) ?? null) === null) {
      const message = `missing property required by '${propertyPath(path, name)}'`
      this.fail(propertyPath(path, requires), message)
    }
  }

  #renameAliases(rule: Rule, object: ObjectValue, path: string): void {
    for (const name of Object.keys(object)) {
      const alias = rule.properties?.get(name)?.rule.schema.alias
      if (alias === undefined) continue
      if ((ownValue(object, alias) ?? null) === null) {
        object[alias] = object[name]
        delete object[name]
      } else {
        const message = `cannot set both '${name}' and its alias target '${alias}'`
        this.fail(propertyPath(path, name), message)
      }
    }
  }

  #typeMessage(rule: Rule, { value, path }: Place): string | undefined {
    const { typeShape } = rule
    if (typeShape === undefined) return checkType(rule.schema, value)
    const errors = this.apart(() => this.property(typeShape, { value, path }))
    return errors === undefined ? undefined : 'type check failed'
  }

  #reference(rule: Rule, place: Place): void {
    const { value, path } = place
    if (Array.isArray(value)) {
      if (rule.items === undefined) return
      for (const [index, element] of value.entries()) {
        this.property(rule.items, { value: element, path: `${path}[${index}]` })
      }
    } else if (rule.properties !== undefined || isTrue(rule.additional)) this.object(rule, place)
    else if (rule.allOf !== undefined) checkAllOf(this, rule.allOf, place)
    else if (rule.oneOf !== undefined) checkOneOf(this, rule.oneOf, { ...place, rule })
  }

  /** What is wrong with a scalar of the right type; there is nothing to say about the rest. */
  #textMessage(rule: Rule, value: unknown, path: string): string | undefined {
    if (typeof value !== 'string' && referenceName(value) !== '') return undefined
    if (rule.allOf !== undefined || (rule.oneOf !== undefined && rule.typeSchema !== undefined)) {
      return 'value must be an object'
    }
    const text = scalarText(value)
    const message =
      rule.shape === undefined ? rule.format?.(text) : this.#checkPropertyString(rule, text, path)
    return message === undefined ? checkLimits(rule, text) : `invalid format - ${message}`
  }
}

/** Text and numbers are checked alike. */
function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? numberText(value) : undefined
}

interface ObjectPlace {
  readonly value: ObjectValue
  readonly path: string
}

/** Whether one of the alternatives of a property belongs to the type of its object. */
function belongsToType({ oneOf, schema }: Rule, object: ObjectValue): boolean {
  if (oneOf === undefined) return true
  const { typeProperty } = schema
  const type = typeProperty === undefined ? '' : (instanceTypeOf(object, typeProperty) ?? '')
  return oneOf.some(({ schema: { instanceTypes } }) => instanceTypes?.includes(type) ?? true)
}
