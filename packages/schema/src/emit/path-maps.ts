import type { Verb } from '../call.js'
import type { MethodTypes } from './method-types.js'
import type { Resource } from './resource-tree.js'
import { indent, quote } from './type-text.js'
import { namedCalls } from './verb-names.js'

/** Names of the maps of one verb: all its paths, and those that can be called without parameters. */
export interface MapNames {
  readonly all: string
  readonly bare: string
}

/** Prints per verb a map from path template to what that call takes and gives. */
export function pathMaps(
  resources: readonly {
    readonly resource: Resource
    readonly types: ReadonlyMap<Verb, MethodTypes>
  }[],
  names: ReadonlyMap<Verb, MapNames>,
): string[] {
  return Array.from(names, ([verb, { all, bare }]) => {
    const entries = resources.flatMap(({ resource, types }) => {
      const type = types.get(verb)
      if (!type) return []
      const line = `${quote(resource.path)}: { params: ${allParams(type)}; result: ${type.result} }`
      return [{ line, isBare: type.path === '' && !type.paramsRequired }]
    })
    const part = (isBare: boolean): string[] =>
      indent(entries.filter((entry) => entry.isBare === isBare).map(({ line }) => line))
    return [
      [`export interface ${bare} {`, ...part(true), '}'].join('\n'),
      [`export interface ${all} extends ${bare} {`, ...part(false), '}'].join('\n'),
    ]
  }).flat()
}

/**
 * Prints the interface of calls by the path: as its template, which is checked, or any other text.
 *
 * Parameters and options are separate arguments: a rest parameter would make the compiler look at all paths.
 */
export function pathCalls(name: string, maps: ReadonlyMap<Verb, MapNames>): string {
  const lines = Array.from(maps, ([verb, { all, bare }]) =>
    namedCalls[verb].flatMap((verbName) => [
      `${verbName}<Path extends string>(path: Relative<Path>, ...more: readonly (PathId | object | undefined)[]): Promise<unknown>`,
      `${verbName}<Path extends keyof ${bare}>(path: Path, params?: ${bare}[Path]['params'], options?: CallOptions): Promise<${bare}[Path]['result']>`,
      `${verbName}<Path extends keyof ${all}>(path: Path, params: ${all}[Path]['params'], options?: CallOptions): Promise<${all}[Path]['result']>`,
    ]),
  ).flat()
  return [`export interface ${name} {`, ...indent([...lines, ...watchCalls(maps)]), '}'].join('\n')
}

/** What changes at a path is typed as what a GET of it gives. */
function watchCalls(maps: ReadonlyMap<Verb, MapNames>): readonly string[] {
  const names = maps.get('GET')
  if (!names) return []
  const { all, bare } = names
  const [ofBare, ofAll] = [bare, all].map((map) => `${map}[Path]['params']`)
  return [
    `watch<Path extends keyof ${bare}>(path: Path, options?: WatchOptions<${ofBare}>): Changes<${bare}[Path]['result']>`,
    `watch<Path extends keyof ${all}>(path: Path, options: WatchOptions<${ofAll}> & { readonly params: ${ofAll} }): Changes<${all}[Path]['result']>`,
  ]
}

function allParams({ path, params }: MethodTypes): string {
  if (path === '') return params
  return params === 'NoParams' ? `{ ${path} }` : `{ ${path} } & ${params}`
}
