import { types } from 'node:util'

/** Percent-encodes one component, so that it arrives as it is; a `TypeError` where it is no `PathId`. */
export const encodeComponent = (id: unknown): string => {
  if (typeof id === 'string' && plain.test(id)) return id
  if (typeof id === 'number') {
    if (!Number.isFinite(id)) throw new TypeError(`${id} cannot be part of a path`)
    return String(id)
  }
  if (types.isStringObject(id)) return encodeComponent(String(id))
  if (typeof id !== 'string') {
    throw new TypeError(`${describe(id)} cannot be part of a path, only a string or a number`)
  }
  if (id === '') throw new TypeError('an empty string cannot be part of a path')
  if (id.split('/').some((part) => part === '.' || part === '..')) {
    // However it is encoded: proxies decode it before they look, and pveproxy decodes slashes with it.
    throw new TypeError(`'${id}' cannot be part of a path: '.' and '..' in it would lead elsewhere`)
  }
  try {
    // proxmox-rest-server src/rest.rs: normalize_path refuses components that begin with a plain dot
    return encodeURIComponent(id).replace(/^\./, '%2E')
  } catch {
    throw new TypeError('a string with a lone surrogate cannot be part of a path')
  }
}

/** What no encoding changes, as most components are. */
const plain = /^\w[\w.-]*$/

/** `['nodes', ['a b', 7]]` → `/nodes/a%20b/7`; each item is one component, slashes included, or a list of them. */
export const joinPath = (base: string, ids: readonly unknown[]): string => {
  let path = base
  for (const id of ids)
    path = Array.isArray(id) ? joinPath(path, id) : `${path}/${encodeComponent(id)}`
  return path
}

/** `nodes/pve1` or `/nodes/pve1/` → `['nodes', 'pve1']`. */
export const splitPath = (path: string): string[] => path.split('/').filter((part) => part !== '')

const describe = (value: unknown): string =>
  value === undefined || value === null ? String(value) : `a value of type ${typeof value}`
