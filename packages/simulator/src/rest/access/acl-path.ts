import type { RestProduct } from '../product.js'

/** The parts of a path of permissions: none for `/`. */
export function components(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}

/** Whether something can be at a path. */
export function isAclPath({ depths }: RestProduct, parts: readonly string[]): boolean {
  if (parts.length === 0) return true
  return parts.some(
    (_, index) => parts.length <= (depths[parts.slice(0, index + 1).join('/')] ?? 0),
  )
}
