import type { FormatCheck } from '../formats/format-check.js'
import { scalarFormat } from '../formats/scalar-format.js'
import type { Schema } from '../model.js'
import { lazyPattern, type TextPattern } from '../perl/lazy-pattern.js'
import { compilePattern } from '../perl/pattern.js'
import { isTrue } from '../perl/scalar.js'
import { namedShape } from '../property-string/shapes.js'

/** A schema prepared for checking: what is looked up per value is looked up here once. */
export interface Rule {
  readonly schema: Schema
  /** A parameter that stands for itself: text given for it can be checked without its surroundings. */
  readonly isPlain: boolean
  readonly properties: ReadonlyMap<string, NamedRule> | undefined
  /** Properties of which even the absence has to be checked. */
  readonly always: readonly NamedRule[]
  readonly hasAliases: boolean
  /** Somewhere among the properties is a list, so that scalars may have to be wrapped. */
  readonly hasLists: boolean
  readonly additional: Rule | boolean | undefined
  readonly items: Rule | undefined
  readonly hasLimits: boolean
  readonly pattern: TextPattern | undefined
  readonly format: FormatCheck | undefined
  readonly allOf: readonly Rule[] | undefined
  readonly oneOf: readonly Rule[] | undefined
  /** A `oneOf` whose variants are told apart by an instance type or by trying them all. */
  readonly legacyOneOf: readonly Rule[] | undefined
  readonly typeSchema: Rule | undefined
  readonly typeShape: Rule | undefined
  readonly requiresSchema: Rule | undefined
  /** The shape of the property string that the format is, by its name or in full. */
  readonly shape: Rule | undefined
}

export interface NamedRule {
  readonly name: string
  readonly rule: Rule
}

/** Prepares a schema; the same schema object is prepared only once. */
export function ruleOf(schema: Schema): Rule {
  let rule = RULES.get(schema)
  if (rule === undefined) {
    rule = createRule(schema)
    RULES.set(schema, rule)
  }
  return rule
}

const RULES = new WeakMap<Schema, Rule>()

function createRule(schema: Schema): Rule {
  const properties = propertyRules(schema)
  const oneOf = schema.oneOf?.map(ruleOf)
  const format = schema.format === undefined ? undefined : scalarFormat(schema.format)
  return {
    schema,
    isPlain: PLAIN.every((keyword) => schema[keyword] === undefined),
    properties,
    always: properties === undefined ? [] : alwaysChecked(properties),
    hasAliases: Object.values(schema.properties ?? {}).some(({ alias }) => alias !== undefined),
    hasLists:
      Object.values(schema.properties ?? {}).some(({ type }) => type === 'array') ||
      [...(schema.allOf ?? []), ...(schema.oneOf ?? [])].some((part) => ruleOf(part).hasLists),
    additional: additionalRule(schema.additionalProperties),
    items: optionalRule(schema.items),
    hasLimits: LIMITS.some((keyword) => schema[keyword] !== undefined),
    pattern:
      schema.pattern === undefined
        ? undefined
        : lazyPattern(() => compilePattern(`^${schema.pattern}$`, schema.patternFlags)),
    format,
    allOf: schema.allOf?.map(ruleOf),
    oneOf,
    legacyOneOf: schema.typeSchema === undefined ? oneOf : undefined,
    typeSchema: optionalRule(schema.typeSchema),
    typeShape: optionalRule(schema.typeShape),
    requiresSchema: optionalRule(schema.requiresSchema),
    shape: optionalRule(
      schema.propertyString ?? (format ? undefined : namedShape(schema.format ?? '')),
    ),
  }
}

const LIMITS = ['enum', 'maximum', 'maxLength', 'minimum', 'minLength', 'pattern'] as const

const PLAIN = [
  'alias',
  'allOf',
  'oneOf',
  'requires',
  'requiresSchema',
  'typeProperty',
  'typeShape',
] as const

function propertyRules({ properties }: Schema): ReadonlyMap<string, NamedRule> | undefined {
  if (properties === undefined) return undefined
  return new Map(
    Object.entries(properties).flatMap(([name, schema]) => {
      const rule = ruleOf(schema)
      return expandedNames(name, schema.maxIndex).map((name) => [name, { name, rule }] as const)
    }),
  )
}

/** The names of an indexed parameter such as `net[n]`. */
function expandedNames(name: string, maxIndex: number | undefined): string[] {
  if (maxIndex === undefined || !name.endsWith('[n]')) return [name]
  return Array.from({ length: maxIndex + 1 }, (_, index) => `${name.slice(0, -3)}${index}`)
}

function optionalRule(schema: Schema | undefined): Rule | undefined {
  return schema === undefined ? undefined : ruleOf(schema)
}

function additionalRule(additional: boolean | Schema | undefined): Rule | boolean | undefined {
  return typeof additional === 'object' ? ruleOf(additional) : additional
}

function alwaysChecked(properties: ReadonlyMap<string, NamedRule>): NamedRule[] {
  return [...properties.values()].filter(({ rule: { legacyOneOf, schema } }) => {
    const mayBeAbsent =
      isTrue(schema.alias) ||
      schema.optional === true ||
      schema.group !== undefined ||
      schema.type === 'null'
    return !mayBeAbsent || legacyOneOf !== undefined || schema.typeProperty !== undefined
  })
}
