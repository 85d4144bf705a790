import { productNames } from '../product-names.js'
import { explainPermission } from '../permissions/explain-permission.js'
import { breakingChanges } from './breaking-changes.js'
import type { Change, DefinitionDiff, OperationChange, OperationName } from './change.js'

export interface FormatDiffOptions {
  /** Markdown for documents; else plain text for a terminal. */
  readonly style?: 'text' | 'markdown'
  /** Only what can break a caller; the numbers remain those of the whole. */
  readonly breakingOnly?: boolean
}

/** Writes a difference for people: what is gone, what changed, what is new; `!` marks what can break a caller. */
export function formatDiff(
  diff: DefinitionDiff,
  { style = 'text', breakingOnly = false }: FormatDiffOptions = {},
): string {
  const shownDiff = breakingOnly ? breakingChanges(diff) : diff
  const { heading, operation, item } = styles[style]
  const lines = (operations: readonly OperationName[]): string[] =>
    operations.map(({ verb, path }) => operation(`${verb} ${path}`, false))
  const sections: [string, string[]][] = [
    ['Removed', lines(shownDiff.removed)],
    [
      'Changed',
      shownDiff.changed.flatMap((change) => [
        operation(nameOf(change), change.breaks),
        ...change.changes.map((one) => item(describe(one), one.breaks)),
      ]),
    ],
    ['Added', lines(shownDiff.added)],
    ["Changed in the vendor's words only", lines(shownDiff.reworded)],
  ]
  return [
    ...heading(summary(diff), 1),
    ...sections.flatMap(([title, content]) =>
      content.length === 0 ? [] : ['', ...heading(title, 2), ...content],
    ),
    '',
  ].join('\n')
}

const nameOf = ({ verb, path }: OperationChange): string => `${verb} ${path}`

interface Style {
  readonly heading: (text: string, level: 1 | 2) => string[]
  readonly operation: (name: string, breaks: boolean) => string
  readonly item: (text: string, breaks: boolean) => string
}

const styles: Readonly<Record<'text' | 'markdown', Style>> = {
  text: {
    heading: (text) => [text],
    operation: (name, breaks) => `${breaks ? '!' : ' '} ${name}`,
    item: (text, breaks) => `${breaks ? '!' : ' '}     ${text}`,
  },
  markdown: {
    heading: (text, level) => (level === 1 ? [`# ${text}`] : [`## ${text}`, '']),
    operation: (name, breaks) => `- \`${name}\`${breaks ? ' **!**' : ''}`,
    item: (text, breaks) => `  - ${escapeMarkdown(text)}${breaks ? ' **!**' : ''}`,
  },
}

const escapeMarkdown = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]<>|]/g, String.raw`\$&`)

function summary({ from, to, added, removed, changed, reworded }: DefinitionDiff): string {
  const breaking = changed.filter((change) => change.breaks).length
  const product = productNames[to.product]
  if (added.length + removed.length + changed.length + reworded.length === 0) {
    return `${product} ${from.version} to ${to.version}: nothing differs`
  }
  return (
    `${product} ${from.version} to ${to.version}: ${counted(added.length, 'operation')} added, ` +
    `${removed.length} removed, ${changed.length + reworded.length} changed, ` +
    `of which ${changed.length} in facts; ${breaking} of these can break a caller`
  )
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

function describe(change: Change): string {
  if (change.area === 'permissions') {
    const [old, young] = [change.before, change.after].map(
      (permissions) => explainPermission(permissions ? { permissions } : {}).text,
    )
    return `permissions: ${old === young ? `still ${young}, written otherwise` : `${old} → ${young}`}`
  }
  const { area, member, kind, keyword, before, after } = change
  const subject = member === '' ? area : `${area} ${member}`
  if (keyword === undefined) return `${subject}: ${kind}`
  if (isList(before) && isList(after)) return `${subject}: ${keyword}${listChange(before, after)}`
  if (before === undefined && after === undefined) return `${subject}: ${keyword} changed`
  if (before === undefined) return `${subject}: ${keyword} ${shown(after)} added`
  return after === undefined
    ? `${subject}: ${keyword} ${shown(before)} removed`
    : `${subject}: ${keyword} ${shown(before)} → ${shown(after)}`
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

function listChange(before: readonly unknown[], after: readonly unknown[]): string {
  const texts = [before, after].map((list) => list.map(shown))
  const [old = [], young = []] = texts
  const lost = old.filter((value) => !young.includes(value))
  const gained = young.filter((value) => !old.includes(value))
  if (lost.length === 0 && gained.length === 0) return ' in another order'
  return [...gained.map((value) => ` +${value}`), ...lost.map((value) => ` -${value}`)].join('')
}

/** A value as it is written in a definition, cut where it is long. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

const longest = 60
