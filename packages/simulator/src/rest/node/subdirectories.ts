import type { Definition } from '@proxkit/schema'
import { handleRest, type RestHandler } from '../context.js'

/** An index names what lies below it. proxmox-rs proxmox-router/src/router.rs: list_subdirs_api_method */
export function listSubdirectories(path: string): RestHandler {
  return handleRest('GET', path, ({ cluster }) =>
    childrenOf(cluster.definition, path).map((subdir) => ({ subdir })),
  )
}

function childrenOf(definition: Definition, path: string): string[] {
  const prefix = path === '/' ? '/' : `${path}/`
  const names = Array.from(definition.methods(), (method) =>
    method.path.startsWith(prefix) ? method.path.slice(prefix.length).split('/')[0] : undefined,
  )
  return [...new Set(names)].flatMap((name) => (name ? [name] : [])).toSorted()
}
