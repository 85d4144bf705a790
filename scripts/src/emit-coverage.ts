import { productNames, type Definition, type Method } from '@proxkit/schema'
import type { Level } from '../../packages/simulator/dist/engine/level.js'

const levels: readonly Level[] = ['modelled', 'stored', 'sampled']

/** An API beside the one that is told in full. */
export interface OtherApi {
  readonly definition: Definition
  readonly levelOf: (method: Method) => Level
}

export interface CoverageOptions {
  readonly others: readonly OtherApi[]
  readonly levelOf: (method: Method) => Level
  /** Whether the simulator checks what is told of permissions in words about an operation that is only sampled. */
  readonly hasWordedConditions: (method: Method) => boolean
  readonly shares: Shares
}

/** How many exchanges with the original a recording has, and how many of them end the same here; by its name. */
export type Shares = Readonly<Record<string, { readonly sent: number; readonly equal: number }>>

/** Describes, as Markdown, how truly the simulator answers each operation of an API. */
export function emitCoverage(
  definition: Definition,
  { levelOf, hasWordedConditions, others, shares }: CoverageOptions,
): string {
  const methods = [...definition.methods()]
  const branches = new Map<string, Method[]>()
  for (const method of methods) {
    const name = branchOf(method)
    branches.set(name, [...(branches.get(name) ?? []), method])
  }
  const sorted = [...branches].toSorted(([a], [b]) => compare(a, b))
  const rows = [...sorted, ['all', methods] as const].map(([name, all]) => row(name, all, levelOf))

  return `# What the simulator answers

Every operation of Proxmox VE 9.2 goes through the checks of path, login, permissions and parameters. How true the answer is, is one of three levels; the header field \`X-Proxkit-Level\` tells it with each answer of a simulator that was started with \`--annotate\`.

- **modelled**: the operation has its own behaviour, after the original's source.
- **stored**: a configuration file is read or changed in the general way of such files, with its defaults, digest and the product's refusals.
- **sampled**: the answer is made up from the description of the API; nothing is changed. A task says so in its log.

| branch | operations | modelled | stored | sampled |
| --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}

## Other versions and products

| API | operations | modelled | stored | sampled |
| --- | ---: | ---: | ---: | ---: |
${others.map(otherRow).join('\n')}

## Recordings of the original

Long sequences of calls that an original server answered are sent again, in order; answers, tasks with their logs and the files after each change are compared. Each exchange that ends in another way is named with its reason in \`packages/simulator/test/golden/recordings.ts\`.

| recording | exchanges | equal | share |
| --- | ---: | ---: | ---: |
${shareRows(shares).join('\n')}

${wordedConditions(methods, { levelOf, hasWordedConditions })}
${sorted.map(([name, all]) => section(name, all, levelOf)).join('\n')}`
}

/** Of some operations the definition tells only in words, or partly so, who may use them and what of it he sees. */
function wordedConditions(
  methods: readonly Method[],
  { levelOf, hasWordedConditions }: Pick<CoverageOptions, 'levelOf' | 'hasWordedConditions'>,
): string {
  const worded = methods.filter((method) => method.permissions?.proseConditions)
  const open = worded.filter(
    (method) => levelOf(method) === 'sampled' && !hasWordedConditions(method),
  )
  const head = `## Permissions that are told in words

Of ${worded.length} operations the API's description tells in words who may use them, beside its formal checks or in their place. `
  if (open.length === 0) return `${head}The simulator checks that too, of all of them.\n`
  const lines = open
    .toSorted((a, b) => compare(a.path, b.path) || compare(a.verb, b.verb))
    .map(({ verb, path }) => `- \`${verb} ${path}\`\n`)
  return `${head}Of ${worded.length - open.length} the simulator checks that too. Of these it checks the formal part alone, and what they answer, being sampled, is not cut down to what the caller may see:

${lines.join('')}`
}

function otherRow({ definition, levelOf }: OtherApi): string {
  const { product, version } = definition.id
  return row(`${productNames[product]} ${version}`, [...definition.methods()], levelOf)
}

function shareRows(shares: Shares): string[] {
  const all = Object.entries(shares).toSorted(([a], [b]) => compare(a, b))
  const sum = (key: 'sent' | 'equal'): number =>
    all.reduce((total, [, share]) => total + share[key], 0)
  const rows = [...all, ['all', { sent: sum('sent'), equal: sum('equal') }] as const]
  return rows.map(([name, { sent, equal }]) => {
    const share = `${(Math.floor((1000 * equal) / sent) / 10).toFixed(1)} %`
    return `| ${[name, sent, equal, share].join(' | ')} |`
  })
}

type LevelOf = (method: Method) => Level

function row(name: string, methods: readonly Method[], levelOf: LevelOf): string {
  const counts = levels.map((level) => methods.filter((method) => levelOf(method) === level).length)
  return `| ${[name, methods.length, ...counts].join(' | ')} |`
}

/** Guests and storages of a node are branches of their own, and so are the larger parts of the cluster. */
function branchOf({ path }: Method): string {
  const parts =
    /^\/(?:nodes\/\{node\}\/(?:apt|ceph|certificates|disks|firewall|lxc|network|qemu|sdn|storage)\b|cluster\/(?:firewall|ha|mapping|notifications|sdn|acme|metrics)|[^/]*)/
  return parts.exec(path)?.[0] ?? path
}

function section(name: string, methods: readonly Method[], levelOf: LevelOf): string {
  const lists = levels.flatMap((level) => {
    const lines = methods
      .filter((method) => levelOf(method) === level)
      .toSorted((a, b) => compare(a.path, b.path) || compare(a.verb, b.verb))
      .map(({ verb, path }) => `- \`${verb} ${path}\`\n`)
    return lines.length > 0 ? [`\n${level}:\n\n${lines.join('')}`] : []
  })
  return `## ${name}\n${lists.join('')}`
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
