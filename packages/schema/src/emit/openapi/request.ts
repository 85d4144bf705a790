import type { Method, Schema } from '../../model.js'
import { allParameters } from '../all-parameters.js'
import type { JsonSchema } from '../json-schema/json-schema.js'
import type { WriteSchema } from '../json-schema/reading.js'
import type { Properties } from '../part-properties.js'
import { placeholdersOf } from '../placeholders.js'
import { isRequired, valueKind } from '../value-type.js'
import type { Content, MediaType, Operation, Parameter } from './document.js'

export interface RequestWriting {
  /** Writes a parameter, or an object of parameters. */
  readonly write: WriteSchema
  /** Puts the schema of the body under a name and refers to it. */
  readonly declareBody: (schema: JsonSchema) => JsonSchema
  /** Whether the last placeholder takes what is left of the path. */
  readonly takesRest: boolean
}

/** Where the parameters of a method go: each into the path, the query or the body. */
export function requestOf(
  method: Method,
  writing: RequestWriting,
): Pick<Operation, 'parameters' | 'requestBody'> {
  const schema = allParameters(method)
  const names = placeholdersOf(method.path)
  const all = Object.entries(schema.properties ?? {})
  const inPath = names.map((name) => pathParameter(name, { schema, writing, last: names.at(-1) }))
  const others = all.filter(([name]) => !names.includes(name))
  if (method.verb === 'GET' || method.verb === 'DELETE' || method.kind === 'upload') {
    const query = others.map(([name, property]) => queryParameter(name, property, writing))
    return {
      ...parameterList([...inPath, ...query]),
      ...(method.kind === 'upload' && { requestBody: { required: true, content: bytes } }),
    }
  }
  return { ...parameterList(inPath), ...bodyOf(schema, { others, writing }) }
}

const parameterList = (parameters: readonly Parameter[]): Pick<Operation, 'parameters'> =>
  parameters.length === 0 ? {} : { parameters }

const bytes: Content = { 'application/octet-stream': {} }

function pathParameter(
  name: string,
  {
    schema,
    writing,
    last,
  }: {
    readonly schema: Schema
    readonly writing: RequestWriting
    readonly last?: string | undefined
  },
): Parameter {
  return {
    name,
    in: 'path',
    required: true,
    ...described(writing.write(schema.properties?.[name] ?? { type: 'string' }, name)),
    ...(writing.takesRest && name === last && { 'x-proxmox-takes-rest': true }),
  }
}

function queryParameter(name: string, schema: Schema, { write }: RequestWriting): Parameter {
  const written = write(schema, name)
  const required = isRequired(schema) && { required: true }
  if (isObject(schema)) {
    return { name, in: 'query', ...required, content: { 'application/json': { schema: written } } }
  }
  return {
    name,
    in: 'query',
    ...required,
    ...(isList(schema) && { style: 'form', explode: true }),
    ...described(written),
  }
}

/** A parameter is described itself, not its schema. */
const described = ({
  description,
  ...schema
}: JsonSchema): Pick<Parameter, 'description' | 'schema'> => ({
  ...(description !== undefined && { description }),
  schema,
})

function bodyOf(
  schema: Schema,
  {
    others,
    writing,
  }: { readonly others: readonly [string, Schema][]; readonly writing: RequestWriting },
): Pick<Operation, 'requestBody'> {
  if (others.length === 0) return {}
  const properties = Object.fromEntries(others)
  // What another parameter requires may stand in the path, where it is always given.
  const inBody = Object.fromEntries(
    others.map(([name, property]) => [name, withoutRequirement(property, properties)]),
  )
  const body = { ...schema, type: 'object', properties: inBody } as const
  return {
    requestBody: {
      ...(others.some(([, property]) => isRequired(property)) && { required: true }),
      content: isUpload(properties) ? uploadContent(body, writing) : bodyContent(body, writing),
    },
  }
}

function withoutRequirement(schema: Schema, properties: Properties): Schema {
  const { requires, ...others } = schema
  return requires === undefined || requires in properties ? schema : others
}

function bodyContent(body: Schema, { write, declareBody }: RequestWriting): Content {
  const schema = declareBody(write(body))
  const json = { 'application/json': { schema } }
  const entries = Object.entries(body.properties ?? {})
  // A form has no objects.
  if (entries.some(([, property]) => isObject(property))) return json
  const lists = entries.filter(([, property]) => isList(property)).map(([name]) => name)
  return { 'application/x-www-form-urlencoded': { schema, ...repeated(lists) }, ...json }
}

/** The items of a list are sent as so many values of the same name. */
const repeated = (names: readonly string[]): Pick<MediaType, 'encoding'> =>
  names.length === 0
    ? {}
    : {
        encoding: Object.fromEntries(
          names.map((name) => [name, { style: 'form', explode: true } as const]),
        ),
      }

/** The server itself tells such a method where it has put the file. */
// pve-http-server PVE/APIServer/AnyEvent.pm: file_upload_multipart
const isUpload = (properties: Properties): boolean => 'tmpfilename' in properties

function uploadContent(body: Schema, { write, declareBody }: RequestWriting): Content {
  const { tmpfilename: _, filename: _file, ...fields } = body.properties ?? {}
  const written = write({ ...body, properties: fields })
  const schema = {
    ...written,
    properties: {
      ...written.properties,
      filename: { contentMediaType: 'application/octet-stream' },
    },
    required: [...(written.required ?? []), 'filename'],
  }
  return { 'multipart/form-data': { schema: declareBody(schema) } }
}

const isObject = (schema: Schema): boolean => valueKind(schema) === 'object'

const isList = ({ type, oneOf = [] }: Schema): boolean =>
  type === 'array' || oneOf.some((variant) => variant.type === 'array')
