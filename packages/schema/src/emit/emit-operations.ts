import type { Definition } from '../definition.js'
import type { Method, Schema } from '../model.js'
import { generatedNote, indent, memberName, quote } from './type-text.js'
import { isRequired } from './value-type.js'

/**
 * Prints the interface `Operations`: for each `VERB /path` the parameters as a handler gets them after verification,
 * scalars as text and lists as lists of text.
 */
export function emitOperations(definition: Definition): string {
  const members = Array.from(definition.methods(), (method) => operation(method))
  return [
    generatedNote,
    '',
    '/** The parameters of every operation as they are after verification: text, or lists of text. */',
    'export interface Operations {',
    ...indent(members.flat()),
    '}',
    '',
  ].join('\n')
}

function operation(method: Method): string[] {
  const key = quote(`${method.verb} ${method.path}`)
  const members = parameterMembers(method)
  return members.length === 0
    ? [`${key}: Record<string, never>`]
    : [`${key}: {`, ...indent(members), '}']
}

function parameterMembers({ path, parameters }: Method): string[] {
  const members = new Set<string>()
  for (const [name, schema] of Object.entries(parameters.properties ?? {})) {
    members.add(parameterMember(name, { schema, inPath: path.includes(`{${name}}`) }))
  }
  if (parameters.additionalProperties === true) members.add('[name: string]: string | undefined')
  return [...members]
}

function parameterMember(
  name: string,
  { schema, inPath }: { schema: Schema; inPath: boolean },
): string {
  const type = isList(schema) ? 'readonly string[]' : 'string'
  // All of an indexed parameter's names give the same member, which is kept once.
  if (schema.maxIndex !== undefined)
    return `[name: \`${name.replace(/\d+$/, '')}\${number}\`]: ${type}`
  return `${memberName(name)}${inPath || isRequired(schema) ? '' : '?'}: ${type}`
}

const isList = ({ type, oneOf = [] }: Schema): boolean =>
  type === 'array' || oneOf.some((variant) => variant.type === 'array')
