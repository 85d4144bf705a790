import { isDeepStrictEqual } from 'node:util'
import type { Definition } from '../definition.js'
import type { Method } from '../model.js'
import type { Change, DefinitionDiff, OperationChange, OperationName } from './change.js'
import { factOf } from './fact-of.js'
import { mayRefuse } from './permission-effect.js'
import { schemaChanges } from './schema-changes.js'

/**
 * Tells what differs between two definitions, usually two versions of one product: operations that were added, removed,
 * changed in facts, and only described in other words; and whether each change can break a caller of the older one.
 *
 * A parameter breaks where less is taken than before, a result where more may be given; that a result has further
 * members does not count. Where an expression or a pattern does not tell, a change is taken to break.
 */
export function diffDefinitions(before: Definition, after: Definition): DefinitionDiff {
  const removed: OperationName[] = []
  const changed: OperationChange[] = []
  const reworded: OperationName[] = []
  for (const method of before.methods()) {
    const { verb, path } = method
    const successor = after.method(verb, path)
    if (!successor) {
      removed.push({ verb, path })
      continue
    }
    const changes = methodChanges(method, successor)
    if (changes.length > 0) {
      changed.push({ verb, path, breaks: changes.some((change) => change.breaks), changes })
    } else if (isReworded(method, successor)) {
      reworded.push({ verb, path })
    }
  }
  const added = Array.from(after.methods()).flatMap(({ verb, path }) =>
    before.method(verb, path) ? [] : [{ verb, path }],
  )
  return { from: before.id, to: after.id, added, removed, changed, reworded }
}

/** A definition without fingerprints tells nothing of its words. */
const isReworded = (before: Method, after: Method): boolean =>
  before.wording !== undefined && after.wording !== undefined && before.wording !== after.wording

function methodChanges(before: Method, after: Method): Change[] {
  return [
    ...schemaChanges(before.parameters, after.parameters, { area: 'parameter', member: '' }),
    ...schemaChanges(before.returns, after.returns, { area: 'result', member: '' }),
    ...permissionChanges(before, after),
    ...flagChanges(before, after),
  ]
}

function permissionChanges(
  { permissions: before }: Method,
  { permissions: after }: Method,
): Change[] {
  if (isDeepStrictEqual(before, after)) return []
  return [
    {
      area: 'permissions',
      member: '',
      kind: !before ? 'added' : !after ? 'removed' : 'changed',
      ...(before && { before }),
      ...(after && { after }),
      breaks: mayRefuse(before, after),
    },
  ]
}

type Flag = Exclude<
  keyof Method,
  'verb' | 'path' | 'parameters' | 'returns' | 'permissions' | 'wording'
>

/** Whether a flag that was set, changed or taken away can break a caller. */
const flags: Readonly<Record<Flag, (before: Method, after: Method) => boolean>> = {
  name: () => false,
  protected: () => false,
  proxyto: () => false,
  allowtoken: (_, after) => after.allowtoken === false,
  downloadAllowed: (_, after) => !after.downloadAllowed,
  exposeCredentials: () => false,
  unstable: () => false,
  kind: () => true,
}

function flagChanges(before: Method, after: Method): Change[] {
  return Object.entries(flags).flatMap(([name, breaks]): Change[] => {
    const old = factOf(before, name)
    const young = factOf(after, name)
    if (old === young) return []
    return [
      {
        area: 'flag',
        member: name,
        kind: old === undefined ? 'added' : young === undefined ? 'removed' : 'changed',
        ...(old !== undefined && { before: old }),
        ...(young !== undefined && { after: young }),
        breaks: breaks(before, after),
      },
    ]
  })
}
