import type { Definition, FoundMethod, Verb } from '@proxkit/schema'
import { decoded } from '../decoded.js'
import { Refusal } from './refusal.js'

/** The operation that a request is for. */
export interface Operation extends FoundMethod {
  readonly verb: Verb
  /** As it was sent, percent-encoded. */
  readonly path: string
}

/** Finds the operation of a path as it came; throws the refusal where there is none. */
export function findOperation(
  definition: Definition,
  { verb, path }: { readonly verb: Verb; readonly path: string },
): Operation {
  const known = decodePath(path)
  const found = definition.find(verb, known)
  if (found) return { ...found, verb, path }
  if (!definition.knows(known)) {
    throw new Refusal(404, `${path} is not a path of this API`)
  }
  const allowed = verbs.filter((other) => definition.find(other, known))
  throw new Refusal(405, `${verb} is not offered at ${path}: it takes ${allowed.join(', ')}`, {
    headers: { allow: allowed.join(', ') },
  })
}

export const verbs: readonly Verb[] = ['GET', 'POST', 'PUT', 'DELETE']

function decodePath(path: string): string {
  const known = decoded(path)
  // No server behind looks at dots, but what stands between may.
  if (known !== undefined && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(known)) return known
  throw new Refusal(400, `${path} is not a path: a component is damaged, or is . or ..`)
}
