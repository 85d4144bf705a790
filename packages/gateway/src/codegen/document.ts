import { products } from '@proxkit/schema'
import type {
  JsonSchema,
  OpenapiDocument,
  Operation,
  Parameter,
  Response,
} from '@proxkit/schema/emit'
import { artifactKinds, type ArtifactKind } from './artifacts.js'

/** The same document, with the operations of code generation beside those of the API. */
export function withCodegen(document: OpenapiDocument): OpenapiDocument {
  const { components } = document
  return {
    ...document,
    tags: [...document.tags, { name: 'codegen' }],
    paths: {
      ...document.paths,
      '/codegen/generate': { post: generate },
      ...Object.fromEntries(artifactKinds.map((kind) => [`/codegen/${kind}`, { get: read(kind) }])),
      '/codegen/versions': { get: versions },
    },
    components: {
      ...components,
      schemas: { ...components.schemas, CodegenGenerated: generated, CodegenVersions: known },
      securitySchemes: {
        ...components.securitySchemes,
        codegen: {
          type: 'http',
          scheme: 'bearer',
          description: 'The key for code generation that the gateway was given.',
        },
      },
    },
  }
}

const text: JsonSchema = { type: 'string' }
const count: JsonSchema = { type: 'integer' }
const tag: JsonSchema = {
  type: 'string',
  description: 'Its version, or the name that it was given.',
}
const product: JsonSchema = { enum: [...products], description: 'Default: that of the gateway.' }

const generated: JsonSchema = {
  type: 'object',
  properties: {
    message: text,
    product,
    version_tag: tag,
    source_url: { type: 'string', description: 'Where the description was found.' },
    generated_at: text,
    endpoint_count: count,
    operation_count: count,
    persisted: { type: 'boolean', description: 'Whether it is served from now on.' },
  },
  required: [
    'message',
    'product',
    'version_tag',
    'source_url',
    'generated_at',
    'endpoint_count',
    'operation_count',
    'persisted',
  ],
}

const known: JsonSchema = {
  type: 'object',
  properties: {
    versions: { type: 'array', items: tag },
    latest: tag,
    generated: {
      type: 'array',
      items: {
        type: 'object',
        properties: { product, version_tag: tag, source_url: text, generated_at: text },
        required: ['product', 'version_tag', 'source_url', 'generated_at'],
      },
    },
  },
  required: ['versions', 'latest', 'generated'],
}

const codegen = (
  operationId: string,
  given: Pick<Operation, 'parameters' | 'requestBody'> & {
    readonly summary: string
    readonly responses: Readonly<Record<string, Response>>
    readonly refusals: readonly number[]
  },
): Operation => {
  const { responses, refusals, ...operation } = given
  return {
    operationId,
    ...operation,
    tags: ['codegen'],
    responses: { ...responses, ...Object.fromEntries(refusals.map(refused)) },
    security: [{ codegen: [] }],
  }
}

/** Most are those of all operations; these two only code generation gives. */
const refused = (status: number): [string, Operation['responses'][string]] => [
  String(status),
  { $ref: `#/components/responses/Refused${status}` },
]

const json = (schema: JsonSchema): Pick<Response, 'content'> => ({
  content: { 'application/json': { schema } },
})

const answer = json({ $ref: '#/components/schemas/CodegenGenerated' })

const generate = codegen('codegenGenerate', {
  summary: 'Make a definition of what a server tells of its API, and serve it from now on',
  requestBody: {
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: {
            source_url: {
              type: 'string',
              description:
                'A server, or its API viewer, on a host that the gateway allows. Default: that of the vendor.',
            },
            version_tag: {
              type: 'string',
              pattern: String.raw`^(?:latest|\d[\w.+~-]{0,31})$`,
              description: 'Its version. Default: what the server tells.',
            },
            product,
            persist: {
              type: 'boolean',
              description: 'Whether to keep and serve it, or only to look. Default: true.',
            },
          },
          additionalProperties: false,
        },
      },
    },
  },
  responses: {
    '200': { description: 'What there is, kept nowhere.', ...answer },
    '201': {
      description: 'It was generated.',
      headers: { Location: { description: 'Its OpenAPI document.', schema: text } },
      ...answer,
    },
  },
  refusals: [400, 401, 403, 409, 413, 415, 422, 429, 500, 502, 504],
})

const query: readonly Parameter[] = [
  {
    name: 'version_tag',
    in: 'query',
    description: 'Its version, or the name that it was given; the newest by default.',
    schema: { type: 'string', maxLength: 100 },
  },
  {
    name: 'product',
    in: 'query',
    description: 'Default: that of the gateway.',
    schema: { enum: [...products] },
  },
]

const summaries: Readonly<Record<ArtifactKind, string>> = {
  openapi: 'The OpenAPI document of the API as the server itself speaks it',
  pydantic: 'Models for Pydantic 2',
  typescript: 'Interfaces for @proxkit/client',
  zod: 'Schemas for Zod 4',
}

const read = (kind: ArtifactKind): Operation =>
  codegen(`codegen${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`, {
    summary: summaries[kind],
    parameters: query,
    responses: {
      '200': {
        description: 'The whole of it.',
        ...(kind === 'openapi'
          ? json({ type: 'object' })
          : { content: { 'text/plain': { schema: text } } }),
      },
    },
    refusals: [401, 403, 404, 422, 429, 500],
  })

const versions = codegen('codegenVersions', {
  summary: 'The versions that there are definitions of',
  parameters: query.filter(({ name }) => name === 'product'),
  responses: {
    '200': {
      description: 'All of them.',
      ...json({ $ref: '#/components/schemas/CodegenVersions' }),
    },
  },
  refusals: [401, 403, 422, 500],
})
