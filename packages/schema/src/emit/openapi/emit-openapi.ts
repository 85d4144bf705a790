import { restParameters } from '../../corrections/rest-parameters.js'
import type { Definition } from '../../definition.js'
import type { DefinitionId, Method, Schema } from '../../model.js'
import { describeOperation, describeParameter } from '../../words/describe.js'
import type { JsonSchema } from '../json-schema/json-schema.js'
import type { Reading } from '../json-schema/reading.js'
import { SharedSchemas } from '../json-schema/shared-schemas.js'
import { valueSchema } from '../json-schema/value-schema.js'
import { operationId } from '../operation-id.js'
import { productNames } from '../../product-names.js'
import type { OpenapiDocument, Operation, Server } from './document.js'
import { productFacts } from './product-facts.js'
import { requestOf } from './request.js'
import { errorResponses, responsesOf } from './responses.js'
import { securityOf, securitySchemes } from './security.js'
import { branchOf } from './branch.js'
import { typedReading } from './typed-reading.js'

export interface OpenapiOptions {
  /** Where the API is served, with `/api2/json`; without it the host is a variable of the document. */
  readonly serverUrl?: string
}

/**
 * Writes a definition as an OpenAPI 3.1 document.
 *
 * Each parameter stands once: in the path, in the query for GET and DELETE, else in the body, which may be a form or
 * JSON. A result stands in `data`; what it declares may be more in a later release, so objects of results are open.
 * Operations are named by verb and path, and described in words of this project. What OpenAPI has no word for is told by `x-proxmox-…`: permissions, formats,
 * the keys of property strings, to which types of an object a property belongs.
 *
 * Booleans of PVE and PMG are digits, as a form has to send them. Where a property has variants, any of them is allowed.
 */
export function emitOpenapi(
  definition: Definition,
  { serverUrl }: OpenapiOptions = {},
): OpenapiDocument {
  const { id } = definition
  const facts = productFacts[id.product]
  const writer = new OperationWriter(id)
  const paths: Record<string, Record<string, Operation>> = {}
  for (const method of definition.methods()) {
    const operations = (paths[method.path] ??= {})
    operations[method.verb.toLowerCase()] = writer.operation(method)
  }
  const branches = new Set(Array.from(definition.methods(), branchOf))
  return {
    openapi: '3.1.1',
    info: {
      title: `${productNames[id.product]} API`,
      version: id.version,
      summary: `All operations of ${productNames[id.product]} ${id.version}.`,
    },
    servers: [serverUrl === undefined ? variableServer(facts.port) : { url: serverUrl }],
    tags: Array.from(branches, (name) => ({ name })),
    paths,
    components: {
      schemas: writer.schemas,
      responses: errorResponses[facts.language],
      securitySchemes: securitySchemes(facts),
    },
  }
}

const variableServer = (port: string): Server => ({
  url: 'https://{host}:{port}/api2/json',
  variables: { host: { default: 'localhost' }, port: { default: port } },
})

class OperationWriter {
  readonly #id: DefinitionId
  readonly #shared = new SharedSchemas('#/components/schemas/')
  readonly #parameters: Reading
  readonly #results: Reading

  constructor(id: DefinitionId) {
    this.#id = id
    const { language } = productFacts[id.product]
    const share = this.#shared.share.bind(this.#shared)
    this.#parameters = typedReading({ language, share, direction: 'parameter' })
    this.#results = typedReading({ language, share, direction: 'result' })
  }

  get schemas(): Readonly<Record<string, JsonSchema>> {
    return this.#shared.schemas
  }

  operation(method: Method): Operation {
    const facts = productFacts[this.#id.product]
    const id = operationId(method)
    const name = `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`
    const summary = describeOperation(this.#id, method)
    const reading: Reading = {
      ...this.#parameters,
      describe: (parameter) => describeParameter(this.#id, { ...method, name: parameter }),
    }
    return {
      operationId: id,
      ...(summary !== undefined && { summary }),
      tags: [branchOf(method)],
      ...requestOf(method, {
        write: (schema, parameter) => valueSchema(schema, reading, parameter),
        declareBody: (schema) => this.#shared.declare(`${name}Body`, schema),
        takesRest: restParameters[this.#id.product].has(method.path),
      }),
      responses: responsesOf(method, {
        data: this.#result(method.returns, name),
        language: facts.language,
      }),
      security: securityOf(method, facts),
      'x-proxmox-permissions': method.permissions ?? { user: 'root@pam' },
      ...(method.proxyto !== undefined && { 'x-proxmox-proxyto': method.proxyto }),
      ...(method.protected && { 'x-proxmox-protected': true }),
      ...(method.unstable && { 'x-proxmox-unstable': true }),
    }
  }

  #result(returns: Schema, name: string): JsonSchema {
    const written = this.#requiredResult(returns, name)
    if (!returns.optional || written.type === 'null' || Object.keys(written).length === 0) {
      return written
    }
    return { anyOf: [written, { type: 'null' }] }
  }

  #requiredResult(returns: Schema, name: string): JsonSchema {
    const written = valueSchema(returns, this.#results)
    if (written.properties) return this.#shared.declare(`${name}Result`, written)
    if (!written.items?.properties) return written
    return { ...written, items: this.#shared.declare(`${name}Item`, written.items) }
  }
}
