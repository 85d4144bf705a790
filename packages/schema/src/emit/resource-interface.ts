import type { Verb } from '../call.js'
import type { DefinitionId, Method, PermissionCheck, Permissions } from '../model.js'
import { describeOperation } from '../words/describe.js'
import { type MethodTypes, placeholderType } from './method-types.js'
import type { Resource } from './resource-tree.js'
import { docComment, indent, memberName, quote } from './type-text.js'
import { namedCalls } from './verb-names.js'

/** Prints the interface of a path: what can be called there and what lies below. */
export function resourceInterface(
  resource: Resource,
  {
    id,
    types,
    tools,
  }: {
    readonly id: DefinitionId
    readonly types: ReadonlyMap<Verb, MethodTypes>
    readonly tools?: string | undefined
  },
): string {
  const lines = [
    ...Array.from(types, ([verb, type]) => callLines(resource, { id, verb, type })).flat(),
    ...Array.from(resource.children, ([component, child]) => childLines(component, child)).flat(),
  ]
  const heritage = tools === undefined ? '' : ` extends ${tools}`
  return [`export interface ${resource.name}${heritage} {`, ...indent(lines), '}'].join('\n')
}

function callLines(
  resource: Resource,
  {
    id,
    verb,
    type,
  }: { readonly id: DefinitionId; readonly verb: Verb; readonly type: MethodTypes },
): string[] {
  const summary = describeOperation(id, { verb, path: resource.path })
  const call = `${verb} ${resource.path}${needs(resource.methods[verb]?.permissions)}`
  const note = docComment(summary === undefined ? [call] : [summary, call])
  const params = `params${type.paramsRequired ? '' : '?'}: ${type.params}`
  const signature = `(${params}, options?: CallOptions): Promise<${type.result}>`
  // A handle that is called itself makes a GET.
  const names = verb === 'GET' ? ['', ...namedCalls.GET] : namedCalls[verb]
  return names.flatMap((name) => [...note, `${name}${signature}`])
}

/** Names that a handle keeps for itself, so a component of that name is reached by a call: `handle('create')`. */
const reserved = new Set([
  ...Object.values(namedCalls).flat(),
  ...Object.getOwnPropertyNames(Object.prototype),
  ...Object.getOwnPropertyNames(Function.prototype),
  'then',
  'catch',
  'finally',
  'toJSON',
  'inspect',
  'asymmetricMatch',
  'nodeType',
  'tagName',
])

function childLines(component: string, child: Resource): string[] {
  if (component.startsWith('{')) {
    const name = component.slice(1, -1)
    const identifier = name.replaceAll(/[^A-Za-z0-9]+(.)/g, (_, letter: string) =>
      letter.toUpperCase(),
    )
    return [
      `(${identifier}: ${typeBelow(child, name)}): ${child.name}`,
      '(ids: readonly PathId[]): AnyResource',
    ]
  }
  return reserved.has(component)
    ? [`(component: ${quote(component)}): ${child.name}`]
    : [`readonly ${memberName(component)}: ${child.name}`]
}

/** All methods below a placeholder describe it; the first one found will do. */
function typeBelow(resource: Resource, name: string): string {
  for (const method of methodsBelow(resource)) return placeholderType(method, name)
  return 'string'
}

function* methodsBelow(resource: Resource): Generator<Method> {
  yield* Object.values(resource.methods)
  for (const child of resource.children.values()) yield* methodsBelow(child)
}

function needs(permissions: Permissions | undefined): string {
  if (!permissions) return ', for root@pam only'
  if (permissions.user === 'world') return ', needs no login'
  return permissions.check ? check(permissions.check) : ''
}

/** Only what can be said in a few words. */
function check(permission: PermissionCheck): string {
  if (permission.op === 'role') return `, needs role ${permission.roles.join(' or ')}`
  if (permission.op !== 'perm') return ''
  const privs = [...new Set(permission.privs)]
  return `, needs ${privs.join(permission.any ? ' or ' : ' and ')} on ${permission.path}`
}
