import type { Definition, Method } from '@proxkit/schema'
import { emitOpenapi, type OpenapiDocument, type Operation } from '@proxkit/schema/emit'
import { addedParameters } from './added-parameters.js'
import { describedOnly, withRealBooleans } from './readings.js'
import { refusals, restResponses, schemas } from './rest-responses.js'

/**
 * The OpenAPI document of the operations at the root, made of the one for `/api2/json`: no envelope, real booleans, the
 * statuses of REST, and the parameters that the gateway adds.
 */
export function restDocument(
  definition: Definition,
  { serverUrl }: { readonly serverUrl: string },
): OpenapiDocument {
  const wire = withRealBooleans(emitOpenapi(definition, { serverUrl }))
  const paths: Record<string, Record<string, Operation>> = {}
  for (const method of definition.methods()) {
    const verb = method.verb.toLowerCase()
    const operation = wire.paths[method.path]?.[verb]
    // At the root of all is the start of the gateway itself.
    if (!operation || (serverUrl === '/' && method.path === '/')) continue
    const operations = (paths[method.path] ??= {})
    operations[verb] = restOperation(operation, method)
  }
  const named = Object.entries(wire.components.schemas).map(([name, schema]) => [
    name,
    // As the emitter names what operations answer.
    /(?:Result|Item)$/.test(name) ? describedOnly(schema) : schema,
  ])
  return {
    ...wire,
    paths,
    components: {
      securitySchemes: wire.components.securitySchemes,
      schemas: { ...Object.fromEntries(named), ...schemas },
      responses: refusals,
    },
  }
}

function restOperation(operation: Operation, method: Method): Operation {
  const data = operation.responses['200']
  const content = data && 'content' in data ? data.content?.['application/json'] : undefined
  const parameters = [...(operation.parameters ?? []), ...addedParameters(method)]
  return {
    ...operation,
    ...(operation.requestBody && { requestBody: jsonFirst(operation.requestBody) }),
    ...(parameters.length > 0 && { parameters }),
    responses: restResponses(method, describedOnly(content?.schema?.properties?.['data'] ?? {})),
  }
}

/** What comes first is what a form of the documentation offers: a field each for hundreds of parameters, or one for JSON. */
function jsonFirst(body: NonNullable<Operation['requestBody']>): typeof body {
  const { 'application/json': json, ...others } = body.content
  return { ...body, content: { ...(json && { 'application/json': json }), ...others } }
}
