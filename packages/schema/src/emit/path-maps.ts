import type { Verb } from '../call.js'
import type { MethodTypes } from './method-types.js'
import type { Resource } from './resource-tree.js'
import { indent, quote } from './type-text.js'

/** Prints per verb a map from path template to what that call takes and gives. */
export function pathMaps(
  resources: readonly {
    readonly resource: Resource
    readonly types: ReadonlyMap<Verb, MethodTypes>
  }[],
  names: ReadonlyMap<Verb, string>,
): string[] {
  return Array.from(names, ([verb, name]) => {
    const entries = resources.flatMap(({ resource, types }) => {
      const type = types.get(verb)
      return type
        ? [`${quote(resource.path)}: { params: ${allParams(type)}; result: ${type.result} }`]
        : []
    })
    return [`export interface ${name} {`, ...indent(entries), '}'].join('\n')
  })
}

function allParams({ path, params }: MethodTypes): string {
  if (path === '') return params
  return params === 'NoParams' ? `{ ${path} }` : `{ ${path} } & ${params}`
}
