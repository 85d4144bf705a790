import type { Method } from '../../model.js'

/** The branch of the API that a method belongs to: the first two literal components, `nodes/qemu`. */
export function branchOf({ path }: Pick<Method, 'path'>): string {
  const literals = path.split('/').filter((part) => part !== '' && !part.startsWith('{'))
  return literals.slice(0, 2).join('/') || 'root'
}
