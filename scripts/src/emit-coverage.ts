import type { Definition, Method } from '@proxkit/schema'

/** What identifies an operation: `GET /nodes`. */
interface Operation {
  readonly verb: string
  readonly path: string
}

/** Describes, as Markdown, which operations of an API the simulator answers. */
export function emitCoverage(definition: Definition, answered: Iterable<Operation>): string {
  const known = new Set([...answered].map(({ verb, path }) => `${verb} ${path}`))
  const isAnswered = ({ verb, path }: Method): boolean => known.has(`${verb} ${path}`)
  const methods = [...definition.methods()]
  const branches = new Map<string, Method[]>()
  for (const method of methods) {
    const name = branchOf(method)
    branches.set(name, [...(branches.get(name) ?? []), method])
  }
  const sections = [...branches]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([name, all]) => section(name, { answered: all.filter(isAnswered), total: all.length }))

  return `# What the simulator answers

${methods.filter(isAnswered).length} of the ${methods.length} operations of Proxmox VE 9.2, each with its own behaviour. The others go through the same checks of path, login, permissions and parameters; then they are refused with status 501 and a message that says so.

${sections.join('\n')}`
}

/** Guests and storages of a node are branches of their own, since each is larger than most others. */
function branchOf({ path }: Method): string {
  return /^\/(?:nodes\/\{node\}\/(?:qemu|lxc|storage)|[^/]*)/.exec(path)?.[0] ?? path
}

function section(
  name: string,
  { answered, total }: { readonly answered: readonly Method[]; readonly total: number },
): string {
  const lines = answered
    .toSorted((a, b) => compare(a.path, b.path) || compare(a.verb, b.verb))
    .map(({ verb, path }) => `- \`${verb} ${path}\`\n`)
  const list = lines.length > 0 ? `\n${lines.join('')}` : ''
  return `## ${name}: ${answered.length} of ${total}\n${list}`
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
