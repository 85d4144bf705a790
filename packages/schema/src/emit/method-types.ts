import type { DefinitionId, Method, Schema } from '../model.js'
import { describeParameter } from '../words/describe.js'
import { pascalCase } from './names.js'
import { placeholdersOf } from './placeholders.js'
import type { Shape, Shapes } from './shapes.js'
import { memberName } from './type-text.js'
import { isRequired, valueType } from './value-type.js'

/** The types of one method, as text. */
export interface MethodTypes {
  /** The placeholders of the path, as members; empty where it has none. */
  readonly path: string
  /** All other parameters. */
  readonly params: string
  readonly paramsRequired: boolean
  readonly result: string
}

interface Surroundings {
  readonly id: DefinitionId
  readonly resourceName: string
  readonly shapes: Shapes
}

/** Works out the types of a method, declaring under `resourceName` what needs a name. */
export function methodTypes(
  method: Method,
  { id, resourceName, shapes }: Surroundings,
): MethodTypes {
  const name = `${resourceName}${pascalCase(method.verb)}`
  const pathNames = placeholdersOf(method.path)
  const properties = Object.fromEntries(
    Object.entries(method.parameters.properties ?? {}).filter(([key]) => !pathNames.includes(key)),
  )
  const open = method.parameters.additionalProperties === true
  const isEmpty = Object.keys(properties).length === 0 && !open
  return {
    path: pathNames.map((key) => `${memberName(key)}: ${placeholderType(method, key)}`).join('; '),
    params: isEmpty
      ? 'NoParams'
      : shapes.declare(`${name}Params`, {
          properties,
          direction: 'parameter',
          owner: resourceName,
          open,
          describe: (parameter) => describeParameter(id, { ...method, name: parameter }),
        }),
    paramsRequired: Object.values(properties).some(isRequired),
    result: resultType(method.returns, { name, shapes }),
  }
}

/** What stands in a path is text, but a number may be given as one. */
export function placeholderType({ parameters }: Method, name: string): string {
  if (name === 'upid') return 'string | Task'
  return parameters.properties?.[name]?.type === 'integer' ? 'number | string' : 'string'
}

function resultType(
  schema: Schema,
  { name, shapes }: { readonly name: string; readonly shapes: Shapes },
): string {
  // A task is more than its identifier only where it is all of the answer.
  const type = schema.upid ? 'Task' : requiredResultType(schema, { name, shapes })
  return schema.optional && type !== 'null' && type !== 'unknown' ? `${type} | null` : type
}

function requiredResultType(
  schema: Schema,
  { name, shapes }: { readonly name: string; readonly shapes: Shapes },
): string {
  const { items } = schema
  if (hasMembers(schema)) return shapes.declare(`${name}Result`, resultShape(schema))
  if (items && hasMembers(items)) return `${shapes.declare(`${name}Item`, resultShape(items))}[]`
  return valueType(schema, { direction: 'result' })
}

const resultShape = ({ properties = {}, additionalProperties }: Schema): Shape => ({
  properties,
  direction: 'result',
  open: additionalProperties === true,
})

const hasMembers = ({ properties = {} }: Schema): boolean => Object.keys(properties).length > 0
