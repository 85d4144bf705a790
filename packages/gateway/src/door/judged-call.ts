import type { Params } from '@proxkit/schema'
import type { Knock, Refused } from './door.js'
import type { Call } from './policy/call.js'
import { textsIn } from './policy/call.js'

/** A call as the server will understand it; a refusal where it could be understood in more than one way. */
export async function judgedCall(knock: Knock, guests: Call['guests']): Promise<Call | Refused> {
  const { verb, path, operation, headers, isUpgrade = false } = knock
  if (!operation) {
    const detail = `${verb} ${path} is no operation that the gateway knows`
    return { allowed: false, status: 403, detail, rule: 'operation' }
  }
  const { method, pathParams } = operation
  const hasFile = /^\s*multipart\//i.test(headers['content-type'] ?? '')
  if (hasFile && !(verb === 'POST' && takesFile(method.path))) {
    const detail = `${verb} ${path} takes no file: its parameters go in a form or in JSON`
    return { allowed: false, status: 400, detail, rule: 'operation' }
  }
  const given = await knock.parameters()
  const twice = Object.entries(pathParams).find(([name, value]) => isOther(given, { name, value }))
  if (twice) {
    const detail = `${twice[0]} stands in the path and, with another value, among the parameters`
    return { allowed: false, status: 400, detail, rule: 'operation' }
  }
  return {
    verb,
    method,
    parameters: { ...given, ...pathParams },
    own: Object.fromEntries(
      Object.entries(given).filter(([name]) => !Object.hasOwn(pathParams, name)),
    ),
    // The parts of a path that differ from its template are the values of placeholders.
    path: method.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => pathParams[name] ?? ''),
    isUpgrade,
    hasFile,
    guests,
  }
}

/** pve-storage PVE/API2/Storage/Status.pm: upload */
const takesFile = (path: string): boolean => path === '/nodes/{node}/storage/{storage}/upload'

function isOther(
  given: Params,
  { name, value }: { readonly name: string; readonly value: string },
): boolean {
  if (!Object.hasOwn(given, name) || given[name] === undefined) return false
  const texts = textsIn(given[name])
  return Array.isArray(given[name]) || texts.length !== 1 || texts[0] !== value
}
