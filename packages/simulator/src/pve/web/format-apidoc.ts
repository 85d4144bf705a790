import type { Definition, Method, PermissionCheck, Permissions } from '@proxkit/schema'
import { apidocSchema } from './apidoc-schema.js'

/** A node of the tree in the vendor's own words. */
interface ApidocNode {
  readonly path: string
  readonly text: string
  leaf: 0 | 1
  info?: Record<string, unknown>
  children?: ApidocNode[]
}

/**
 * The script `apidoc.js` of the product's API viewer, as far as it holds data: the tree of all methods with everything
 * that programs can use. What is only meant to be read is left out.
 */
export function formatApidoc(definition: Definition): string {
  const top: ApidocNode[] = []
  const nodes = new Map<string, ApidocNode>()

  function nodeAt(path: string): ApidocNode {
    const known = nodes.get(path)
    if (known) return known
    const slash = path.lastIndexOf('/')
    const node: ApidocNode = { path, text: path.slice(slash + 1), leaf: 1 }
    nodes.set(path, node)
    if (slash === 0) top.push(node)
    else {
      const parent = nodeAt(path.slice(0, slash))
      parent.leaf = 0
      parent.children = [...(parent.children ?? []), node]
    }
    return node
  }

  for (const method of definition.methods()) {
    // The vendor's tree has no node for its root.
    if (method.path === '/') continue
    const node = nodeAt(method.path)
    node.info = { ...node.info, [method.verb]: methodInfo(method) }
  }
  return `const apiSchema = ${JSON.stringify(top, undefined, 3)}\n;\n`
}

function methodInfo(method: Method): Record<string, unknown> {
  const { name, verb, parameters, returns, permissions, proxyto } = method
  return {
    allowtoken: method.allowtoken === false ? 0 : 1,
    ...(method.downloadAllowed && { download_allowed: 1 }),
    ...(method.exposeCredentials && { expose_credentials: 1 }),
    method: verb,
    ...(name !== undefined && { name }),
    parameters: apidocSchema(parameters, { isParameter: true }),
    ...(permissions && { permissions: permissionInfo(permissions) }),
    ...(method.protected && { protected: 1 }),
    ...(proxyto !== undefined && { proxyto }),
    returns: apidocSchema(returns),
    ...(method.unstable && { unstable: 1 }),
  }
}

function permissionInfo({ user, check, proseConditions }: Permissions): Record<string, unknown> {
  return {
    ...(check && { check: checkList(check) }),
    ...(proseConditions && { description: 'The method itself checks more.' }),
    ...(user && { user }),
  }
}

/** pve-access-control RPCEnvironment.pm: exec_api2_perm_check */
function checkList(check: PermissionCheck): unknown[] {
  switch (check.op) {
    case 'and':
    case 'or':
      return [check.op, ...check.args.map(checkList)]
    case 'perm':
      return [
        'perm',
        check.path,
        check.privs,
        ...(check.any ? ['any', 1] : []),
        ...(check.requireParam === undefined ? [] : ['require_param', check.requireParam]),
      ]
    case 'userid-param':
      return ['userid-param', check.what]
    case 'userid-group':
      return [
        'userid-group',
        check.privs,
        ...(check.groupsParam === undefined ? [] : ['groups_param', check.groupsParam]),
      ]
    case 'perm-modify':
      return ['perm-modify', check.path]
    case 'role':
      return [...check.roles]
    case 'self':
      throw new TypeError(`a permission check of the kind '${check.op}' has no place in this form`)
    default:
      return check satisfies never
  }
}
