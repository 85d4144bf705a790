import type { Method, Product } from '../model.js'

/** Tells which product has these methods, by a path that each has had in all versions and no other has. */
export function recogniseProduct(methods: Iterable<Pick<Method, 'path'>>): Product | undefined {
  for (const { path } of methods) {
    const product = landmarks.get(path)
    if (product) return product
  }
  return undefined
}

const landmarks: ReadonlyMap<string, Product> = new Map([
  ['/nodes/{node}/qemu', 'pve'],
  ['/admin/datastore', 'pbs'],
  ['/config/ruledb', 'pmg'],
  ['/remotes/remote', 'pdm'],
])
