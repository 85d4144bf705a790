import type { Method } from '@proxkit/schema'
import type { JsonSchema, Operation, Response } from '@proxkit/schema/emit'

/** The answers of an operation; `data` is what its result is described as. */
export function restResponses(method: Method, data: JsonSchema): Operation['responses'] {
  const isTask = mayStartTask(method)
  const success = method.returns.upid ? taskReference : result(method, data)
  return {
    ...(method.verb === 'POST' && {
      '201': created(isTask ? anyOf(success, taskReference) : success),
    }),
    '200': {
      description: 'The result.',
      ...(isList(method) && { headers: { 'X-Total-Count': totalCount } }),
      ...json(isTask ? anyOf(success, taskReference, { type: 'null' }) : success),
    },
    ...(isTask && { '202': { description: 'A task was started.', ...json(taskReference) } }),
    ...Object.fromEntries(
      Object.keys(descriptions).map((status) => [
        status,
        { $ref: `#/components/responses/Refused${status}` },
      ]),
    ),
  }
}

const isList = ({ verb, returns }: Method): boolean => verb === 'GET' && returns.type === 'array'

/** What the definition does not mark may start one too. */
const mayStartTask = ({ verb, returns }: Method): boolean =>
  verb !== 'GET' && (returns.upid === true || returns.type === 'string' || !returns.type)

/** A file is told as text. */
const result = ({ downloadAllowed, kind }: Method, data: JsonSchema): JsonSchema =>
  downloadAllowed || kind === 'download'
    ? anyOf(data, { type: 'string' }, { type: 'null' })
    : orNull(data)

/** Where there is nothing to tell the server answers null. */
const orNull = (data: JsonSchema): JsonSchema =>
  Object.keys(data).length === 0 || data.type === 'null' ? data : anyOf(data, { type: 'null' })

const anyOf = (...schemas: readonly JsonSchema[]): JsonSchema => ({ anyOf: schemas })

const json = (schema: JsonSchema): Pick<Response, 'content'> => ({
  content: { 'application/json': { schema } },
})

const taskReference: JsonSchema = { $ref: '#/components/schemas/Task' }

const totalCount = {
  description: 'How many entries there are before paging.',
  schema: { type: 'integer' },
}

const created = (schema: JsonSchema): Response => ({
  description: 'It was created.',
  headers: { Location: { description: 'Where it is.', schema: { type: 'string' } } },
  ...json(schema),
})

const descriptions = {
  400: 'The request is damaged.',
  401: 'The ticket or the token is missing, wrong or too old.',
  403: 'The caller has not the privileges for it, or a rule of the gateway is against it.',
  404: 'What the path or a parameter names is not there.',
  409: 'The present state is against it: it exists, is locked, runs, or was changed meanwhile.',
  413: 'The body is too large.',
  415: 'The body is neither JSON nor a form.',
  422: 'A parameter is missing or wrong; `errors` has a message per parameter.',
  429: 'More calls came than one caller may make; `Retry-After` tells when to come again.',
  500: 'The server failed.',
  502: 'The server, or the node that should answer, cannot be reached.',
  503: 'More calls wait for the server than it can bear.',
  504: 'The server, or the node that should answer, did not answer in time.',
} as const

/** The refusals, by the names of their components. */
export const refusals: Readonly<Record<string, Response>> = Object.fromEntries(
  Object.entries(descriptions).map(([status, description]) => [
    `Refused${status}`,
    {
      description,
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/Refusal' } },
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      },
    },
  ]),
)

const refusal = {
  detail: { type: 'string' },
  errors: {
    type: 'array',
    items: {
      type: 'object',
      properties: { field: { type: 'string' }, message: { type: 'string' } },
      required: ['field', 'message'],
    },
  },
  rule: { type: 'string', description: 'The rule of the gateway that refused it.' },
  task: { type: 'string', description: 'The task that failed.' },
} as const satisfies Readonly<Record<string, JsonSchema>>

export const schemas: Readonly<Record<string, JsonSchema>> = {
  Refusal: { type: 'object', properties: refusal, required: ['detail'] },
  Problem: {
    type: 'object',
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      ...refusal,
    },
    required: ['type', 'title', 'status', 'detail'],
  },
  Task: {
    type: 'object',
    properties: {
      task: { type: 'string', description: 'Its identifier.', 'x-proxmox-upid': true },
      node: { type: 'string' },
      type: { type: 'string' },
      id: { type: 'string', description: 'What it is about, such as a VMID; may be empty.' },
      user: { type: 'string' },
      starttime: { type: 'integer', description: 'Seconds since 1970.' },
      status: { enum: ['running', 'stopped'] },
      exitstatus: { type: 'string', description: '`OK`, or `WARNINGS: 2`.' },
      warnings: { type: 'integer' },
    },
    required: ['task', 'node', 'type', 'id', 'user', 'starttime', 'status'],
  },
}
