import type { Schema } from '../../model.js'
import { Names, pascalCase } from '../names.js'
import { partProperties, type Properties } from '../part-properties.js'
import { indent } from '../type-text.js'
import { type Direction, isRequired } from '../value-type.js'
import { withoutVariants } from '../variants.js'
import { fieldName, literal } from './python-text.js'
import { memberModel, parameterType, pythonType, type TypeWriting } from './python-type.js'

/** The classes of a module, each printed after those that it needs. */
export class Models {
  readonly declarations: string[] = []
  readonly #names = new Names()
  readonly #nameByBody = new Map<string, string>()

  /** Declares the parameters of a method. */
  parameters(wanted: string, schema: Schema): string {
    const isClosed = schema.additionalProperties === false && schema.properties !== undefined
    const base = isClosed ? '_ClosedParameters' : '_OpenParameters'
    return this.#declare(wanted, schema, {
      base,
      typeOf: (member, name) => parameterType(member, name, this.#writing('parameter')),
    })
  }

  /** Gives the type of a result, declaring the models that it needs. */
  result(wanted: string, schema: Schema): string {
    return pythonType(schema, wanted, this.#writing('result'))
  }

  #writing(direction: Direction): TypeWriting {
    const declare: TypeWriting['declare'] = (wanted, schema) => {
      const typeOf: TypeOf = (member, name) => pythonType(member, name, this.#writing(direction))
      const base = direction === 'parameter' ? '_Model' : '_Open'
      return this.#declare(wanted, schema, { base, typeOf })
    }
    return { direction, declare }
  }

  #declare(wanted: string, schema: Schema, { base, typeOf }: ClassWriting): string {
    const name = this.#names.take(wanted)
    const { single, indexed } = partProperties(schema.properties ?? {})
    const fields = new Names()
    const families = Array.from(indexed, ([stem, family]) => this.#family(stem, family, typeOf))
    const lines = Object.entries(single).map(([member, inner]) =>
      fieldLine(fields.take(fieldName(member)), {
        name: member,
        schema: inner,
        model: name,
        typeOf,
      }),
    )
    this.#print(name, [...families, base], [...requirements(single), ...lines])
    return name
  }

  /** The members of an indexed family are a model that others inherit from. */
  #family(stem: string, family: Properties, typeOf: TypeOf): string {
    const members = Object.entries(family)
    const wanted = `${pascalCase(stem)}0To${members.length - 1}`
    const lines = members.map(([name, schema]) =>
      fieldLine(fieldName(name), { name, schema, model: wanted, typeOf }),
    )
    const body = lines.join('\n')
    const known = this.#nameByBody.get(body)
    if (known !== undefined) return known
    const name = this.#names.take(wanted)
    this.#nameByBody.set(body, name)
    this.#print(name, ['_Model'], lines)
    return name
  }

  #print(name: string, bases: readonly string[], lines: readonly string[]): void {
    const body = lines.length === 0 ? ['pass'] : lines
    this.declarations.push(
      [`class ${name}(${bases.join(', ')}):`, ...indent(indent(body))].join('\n'),
    )
  }
}

type TypeOf = (schema: Schema, name: string) => string

interface ClassWriting {
  readonly base: string
  readonly typeOf: TypeOf
}

interface FieldWriting {
  readonly name: string
  readonly schema: Schema
  /** The name of the model that the field is in. */
  readonly model: string
  readonly typeOf: TypeOf
}

function fieldLine(field: string, { name, schema, model, typeOf }: FieldWriting): string {
  const type = typeOf(withoutVariants(schema), memberModel(model, name))
  // What only some types of the object require cannot be told here.
  const isAlways = isRequired(schema) && schema.typeProperty === undefined && type !== 'None'
  const alias = field === name ? '' : `alias=${literal(name)}`
  if (isAlways) return `${field}: ${type}${alias === '' ? '' : ` = Field(${alias})`}`
  const optional = type === 'None' || type === 'Any' ? type : `${type} | None`
  return `${field}: ${optional} = ${alias === '' ? 'None' : `Field(default=None, ${alias})`}`
}

function requirements(properties: Properties): string[] {
  const pairs = Object.entries(properties).flatMap(([name, { requires }]) =>
    requires === undefined || !(requires in properties)
      ? []
      : [`${literal(fieldName(name))}: ${literal(fieldName(requires))}`],
  )
  return pairs.length === 0 ? [] : [`_requires = {${pairs.join(', ')}}`]
}
