import type { Definition, Method } from '@proxkit/schema'
import { sampleValue, type SampleContext } from './sample-value.js'

export interface SampleCall extends Omit<SampleContext, 'startTask'> {
  readonly definition: Definition
  /** Starts a task that does nothing but say so, and returns its identifier. */
  readonly startTask: (lines: readonly string[]) => string
}

/**
 * An answer that fits the description of an operation, from its result's types, formats and names and from what was
 * asked. Nothing is changed; where the answer names a task, that task exists and says so.
 */
export function sampleAnswer(method: Method, call: SampleCall): unknown {
  return (
    listChildren(method, call.definition) ??
    sampleValue(method.returns, {
      ...call,
      startTask: () => call.startTask([`${method.verb} ${method.path}`, ...explanation]),
    })
  )
}

const explanation: readonly string[] = [
  'This call has no behaviour of its own in the simulator: nothing was changed.',
]

/** An index names what lies below it, and that is known. */
function listChildren({ verb, path, returns }: Method, definition: Definition): unknown {
  const href = returns.links?.find(({ rel }) => rel === 'child')?.href
  const name = href === undefined ? undefined : /^\{(\w+)\}$/.exec(href)?.[1]
  if (verb !== 'GET' || name === undefined) return undefined
  const children = childrenOf(definition).get(path)
  return children && Array.from(children, (child) => ({ [name]: child }))
}

const known = new WeakMap<Definition, ReadonlyMap<string, ReadonlySet<string>>>()

/** The fixed path components below each path; paths that also take any other component there are left out. */
function childrenOf(definition: Definition): ReadonlyMap<string, ReadonlySet<string>> {
  const found = known.get(definition)
  if (found) return found
  const children = new Map<string, Set<string>>()
  const open = new Set<string>()
  for (const { path } of definition.methods()) {
    const parts = path.split('/').slice(1)
    for (const [index, part] of parts.entries()) {
      if (part === '') continue
      const parent = `/${parts.slice(0, index).join('/')}`
      if (part.startsWith('{')) open.add(parent)
      else children.set(parent, (children.get(parent) ?? new Set()).add(part))
    }
  }
  for (const path of open) children.delete(path)
  known.set(definition, children)
  return children
}
