/** Roles by name, each with whether it is passed on to paths below. */
export type AclRoles = Map<string, boolean>

/** One component of an ACL path with the roles that are given there. */
export interface AclNode {
  readonly children: Map<string, AclNode>
  readonly users: Map<string, AclRoles>
  readonly groups: Map<string, AclRoles>
  readonly tokens: Map<string, AclRoles>
}

export function createAclNode(): AclNode {
  return { children: new Map(), users: new Map(), groups: new Map(), tokens: new Map() }
}

/**
 * The node of a normalised path, made with all above it where it is missing.
 *
 * pve-access-control AccessControl.pm: find_acl_tree_node
 */
export function requireAclNode(root: AclNode, path: string): AclNode {
  let node = root
  for (const part of path.split('/')) {
    // A component that Perl takes for false does not go down.
    if (part === '' || part === '0') continue
    let child = node.children.get(part)
    if (!child) node.children.set(part, (child = createAclNode()))
    node = child
  }
  return node
}

/** Every node with its path: each before its children, these by name. */
export function* walkAcl<Node extends { readonly children: ReadonlyMap<string, Node> }>(
  root: Node,
  path = '/',
): Generator<[path: string, node: Node]> {
  yield [path, root]
  for (const name of [...root.children.keys()].toSorted()) {
    const child = root.children.get(name)
    if (child) yield* walkAcl(child, path === '/' ? `/${name}` : `${path}/${name}`)
  }
}

/**
 * Brings an ACL path into its one spelling; undefined when it holds other characters than paths may.
 *
 * pve-access-control AccessControl.pm: normalize_path
 */
export function normalizeAclPath(path: string): string | undefined {
  if (path === '' || path === '0') return undefined
  const trimmed = path.replaceAll(/\/+/g, '/').replace(/\/$/, '')
  const absolute = trimmed.startsWith('/') ? trimmed : `/${trimmed}`
  return /^[A-Za-z0-9.\-_/]+$/.test(absolute) ? absolute : undefined
}

const word = String.raw`[A-Za-z0-9.\-_]+`
const plainWord = '[A-Za-z0-9]+'

// pve-access-control AccessControl.pm: check_path
const aclPaths = new RegExp(
  `^(?:${[
    '/',
    `/access(?:/(?:groups|realm)(?:/${word})?)?`,
    `/nodes(?:/${word})?`,
    `/pool(?:/${word}){0,3}`,
    '/sdn',
    String.raw`/sdn/controllers(?:/[A-Za-z0-9_\-]+)?`,
    `/sdn/(?:dns|fabrics|ipams|prefix-lists|route-maps)(?:/${plainWord})?`,
    `/sdn/zones(?:/${word}){0,2}`,
    `/sdn/zones/${word}/${word}/[1-9][0-9]{0,3}`,
    `/storage(?:/${word})?`,
    '/vms(?:/[1-9][0-9]{2,})?',
    `/mapping(?:/${word}){0,2}`,
  ].join('|')})$`,
)

/** Whether a normalised path is one that entries can be made for. */
export function isAclPath(path: string): boolean {
  return aclPaths.test(path)
}
