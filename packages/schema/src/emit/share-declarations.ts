import { indent, quote } from './type-text.js'

export interface SharedDeclarations {
  /** What brings the shared declarations in, and hands them on. */
  readonly imports: readonly string[]
  /** Those that remain. */
  readonly declarations: readonly string[]
}

/**
 * Leaves out the declarations that another module has in the same words, and takes them from there. A declaration is the
 * same only where all that it refers to is.
 */
export function shareDeclarations(
  own: readonly string[],
  other: { readonly module: string; readonly declarations: readonly string[] },
): SharedDeclarations {
  const known = new Set(other.declarations)
  const differing = new Set(own.filter((text) => !known.has(text)).map(nameOf))
  const users = usersByName(own)
  // What is added to a set while it is walked is walked too.
  for (const name of differing) for (const user of users.get(name) ?? []) differing.add(user)

  const declarations = own.filter((text) => differing.has(nameOf(text)))
  const needed = new Set(declarations.flatMap(wordsOf))
  const shared = own.map(nameOf).filter((name) => !differing.has(name))
  return {
    imports: [
      ...list('import type', { names: shared.filter((name) => needed.has(name)), ...other }),
      ...list('export type', { names: shared, ...other }),
    ],
    declarations,
  }
}

/** Which declarations use a name. */
function usersByName(declarations: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>(declarations.map((text) => [nameOf(text), []]))
  for (const text of declarations) {
    for (const word of wordsOf(text)) users.get(word)?.push(nameOf(text))
  }
  return users
}

function list(
  keyword: string,
  { names, module }: { readonly names: readonly string[]; readonly module: string },
): string[] {
  if (names.length === 0) return []
  return [
    [`${keyword} {`, ...indent(names.map((name) => `${name},`)), `} from ${quote(module)}`].join(
      '\n',
    ),
  ]
}

const nameOf = (declaration: string): string =>
  /^export (?:interface|type) (\w+)/m.exec(declaration)?.[1] ?? ''

/** The names that a declaration uses. */
export const wordsOf = (declaration: string): readonly string[] => [
  ...new Set(declaration.replaceAll(/\/\*\*[^]*?\*\//g, '').match(/\b[A-Z]\w*/g)),
]
