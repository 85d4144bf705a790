import type { Method } from '../../model.js'
import type { JsonSchema } from '../json-schema/json-schema.js'
import type { Content, Operation, Response } from './document.js'
import type { ProductFacts } from './product-facts.js'

/** The answers that all methods share, by the name of their component. */
export const errorResponses: Readonly<
  Record<ProductFacts['language'], Readonly<Record<string, Response>>>
> = {
  // pve-http-server PVE/APIServer/Formatter/Standard.pm: prepare_response_data
  perl: {
    BadParameters: {
      description: 'A parameter is missing or wrong; `errors` has a message per parameter.',
      content: errorContent({
        errors: { type: 'object', additionalProperties: { type: 'string' } },
      }),
    },
    NotLoggedIn: { description: 'The ticket or the token is missing, wrong or too old.' },
    NotPermitted: {
      description: 'The caller has not the privileges for it.',
      content: errorContent({}),
    },
    Failed: { description: 'The operation failed.', content: errorContent({}) },
    NodeUnreachable: { description: 'The node that should answer cannot be reached.' },
  },
  // proxmox proxmox-rest-server/src/formatter.rs: error_to_response
  rust: {
    BadParameters: {
      description: 'A parameter is missing or wrong, or the operation failed: a message as text.',
    },
    NotLoggedIn: { description: 'The ticket or the token is missing, wrong or too old.' },
    NotPermitted: { description: 'The caller has not the privileges for it.' },
    Failed: { description: 'The server failed.' },
  },
}

function errorContent(more: Readonly<Record<string, JsonSchema>>): Content {
  const properties = { data: { type: 'null' }, message: { type: 'string' }, ...more }
  return { 'application/json': { schema: { type: 'object', properties, required: ['data'] } } }
}

/** The answers of a method; `data` is what its result is described as. */
export function responsesOf(
  method: Method,
  { data, language }: { readonly data: JsonSchema } & Pick<ProductFacts, 'language'>,
): Operation['responses'] {
  return {
    ...(isUpgraded(method) && { '101': { description: 'The connection is upgraded.' } }),
    '200': {
      description: isFile(method) ? 'The file, or the result as JSON.' : 'The result.',
      content: {
        'application/json': {
          schema: { type: 'object', properties: { data }, required: ['data'] },
        },
        ...(isFile(method) && { 'application/octet-stream': {} }),
      },
    },
    '400': reference('BadParameters'),
    '401': reference('NotLoggedIn'),
    ...(method.permissions?.user !== 'world' && { '403': reference('NotPermitted') }),
    '500': reference('Failed'),
    ...(language === 'perl' &&
      method.proxyto !== undefined && {
        '595': reference('NodeUnreachable'),
      }),
  }
}

const reference = (name: string): { $ref: string } => ({ $ref: `#/components/responses/${name}` })

const isFile = ({ kind, downloadAllowed }: Method): boolean =>
  kind === 'download' || downloadAllowed === true

/** WebSockets, and the two protocols of PBS that go over HTTP/2. */
const isUpgraded = ({ path, verb }: Method): boolean =>
  verb === 'GET' && /websocket$|^\/(?:backup|reader)$/.test(path)
