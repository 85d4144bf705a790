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

/** How deep paths below the system of a machine go, in every product. */
export const systemDepths: Readonly<Record<string, number>> = {
  system: 1,
  'system/certificates': 2,
  'system/disks': 2,
  'system/log': 2,
  'system/notifications': 2,
  'system/status': 2,
  'system/tasks': 2,
  'system/time': 2,
  'system/services': 3,
  'system/network': 2,
  'system/network/dns': 3,
  'system/network/interfaces': 4,
}
