import type { Schema, SchemaType } from '../../model.js'
import { pascalCase } from '../names.js'
import { type Direction, valueKind } from '../value-type.js'
import { literal } from './python-text.js'
import { rustPattern } from './rust-pattern.js'

export interface TypeWriting {
  readonly direction: Direction
  /** Declares a model for an object and gives its name. */
  readonly declare: (wanted: string, schema: Schema) => string
}

/** The Python type of a value; `name` is for the models that it needs. */
export function pythonType(schema: Schema, name: string, writing: TypeWriting): string {
  const { oneOf, allOf, types, typeShape } = schema
  if (oneOf) {
    return union(oneOf.map((variant) => pythonType(withType(variant, schema), name, writing)))
  }
  if (allOf) return 'dict[str, Any]'
  if (typeShape) return pythonType(typeShape, name, writing)
  if (types) return union(types.map((type) => writers[type]({ ...schema, type }, name, writing)))
  if (schema.enum) return choice(schema.enum)
  return writers[valueKind(schema)](schema, name, writing)
}

/** A parameter as a whole: what is taken for a list only at the top level. */
// pve-common RESTHandler.pm: $normalize_legacy_param_formats
export function parameterType(schema: Schema, name: string, writing: TypeWriting): string {
  const type = pythonType(schema, name, writing)
  if (schema.type === 'array') return annotated(type, ['BeforeValidator(_list)'])
  return schema.type === 'string' && schema.format?.endsWith('-list')
    ? annotated(type, ['BeforeValidator(_joined)'])
    : type
}

export const union = (types: readonly string[]): string => [...new Set(types)].join(' | ')

type WriteType = (schema: Schema, name: string, writing: TypeWriting) => string

const writers: Readonly<Record<SchemaType, WriteType>> = {
  string: (schema) => {
    const { minLength, maxLength } = schema
    const pattern = rustPattern(schema)
    return annotated('str', [
      field({
        min_length: minLength,
        max_length: maxLength,
        pattern: pattern === undefined ? undefined : literal(pattern),
      }),
    ])
  },
  integer: ({ minimum, maximum }) =>
    annotated('int', [field({ ge: minimum, le: maximum }), 'BeforeValidator(_integer)']),
  number: ({ minimum, maximum }) =>
    annotated('float', [field({ ge: minimum, le: maximum }), 'BeforeValidator(_number)']),
  boolean: () => 'Flag',
  null: () => 'None',
  array: ({ items = {} }, name, writing) => `list[${pythonType(items, name, writing)}]`,
  object: objectType,
  any: () => 'Any',
}

function objectType(schema: Schema, name: string, writing: TypeWriting): string {
  const { properties = {}, additionalProperties } = schema
  if (Object.keys(properties).length > 0) return writing.declare(name, schema)
  const value =
    typeof additionalProperties === 'object'
      ? pythonType(additionalProperties, `${name}Value`, writing)
      : 'Any'
  return `dict[str, ${value}]`
}

/** The name of the model of a member, after that of its model. */
export const memberModel = (model: string, member: string): string =>
  `${model}${pascalCase(member)}`

function choice(values: readonly string[]): string {
  const type = `Literal[${values.map(literal).join(', ')}]`
  const hasNumbers = values.some((value) => String(Number(value)) === value)
  return hasNumbers ? annotated(type, ['BeforeValidator(_text)']) : type
}

function annotated(type: string, notes: readonly string[]): string {
  const given = notes.filter((note) => note !== '')
  return given.length === 0 ? type : `Annotated[${[type, ...given].join(', ')}]`
}

function field(limits: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined)
  return given.length === 0
    ? ''
    : `Field(${given.map(([name, value]) => `${name}=${value}`).join(', ')})`
}

/** A variant that is an object tells its value of the property that selects it. */
function withType(variant: Schema, { typeProperty }: Schema): Schema {
  const { instanceType, properties } = variant
  if (typeProperty === undefined || instanceType === undefined || !properties) return variant
  const selected: Schema = { type: 'string', enum: [instanceType], optional: true }
  return { ...variant, properties: { [typeProperty]: selected, ...properties } }
}
