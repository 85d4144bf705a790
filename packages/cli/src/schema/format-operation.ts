import type { Schema } from '@proxkit/schema'
import { membersOf } from './members.js'
import type { MemberView, OperationView } from './operation-view.js'
import { schemaFacts } from './schema-facts.js'

/** Writes an operation for a terminal of so many columns. */
export function formatOperation(view: OperationView, columns: number): string {
  const { verb, path, summary, description, permission, proxyto, allowtoken } = view
  const block = (text: string | undefined, indent: number): string[] =>
    text === undefined ? [] : wrap(text, { indent, columns })
  return [
    `${verb} ${path}`,
    ...block(summary, 2),
    ...block(description, 2),
    '',
    ...block(`Needs: ${permission.text}`, 2),
    ...block(permission.description, 4),
    ...(allowtoken === false ? ['  Refused for API tokens'] : []),
    ...(proxyto === undefined
      ? []
      : [`  Carried out on ${proxyto === 'node' ? '{node}' : proxyto}`]),
    ...section(
      'Parameters',
      view.parameters.flatMap((member) => memberLines(member, 4, block)),
    ),
    ...section('Returns', [
      ...block(schemaFacts(view.returns.schema), 4),
      ...block(view.returns.description, 4),
      ...resultLines(view.returns.schema).flatMap((line) => block(line, 6)),
    ]),
  ].join('\n')
}

type Block = (text: string | undefined, indent: number) => string[]

function memberLines(member: MemberView, indent: number, block: Block): string[] {
  const { name, required, schema, description, keys = [] } = member
  const range = schema.maxIndex === undefined ? '' : ` (n to ${schema.maxIndex})`
  return [
    ...block(`${name}${range}${required ? ' (required)' : ''}: ${schemaFacts(schema)}`, indent),
    ...block(description, indent + 4),
    ...keys.flatMap((key) => memberLines(key, indent + 4, block)),
  ]
}

/** What an answer has, by name. */
function resultLines(schema: Schema): string[] {
  const { items } = schema
  return membersOf(items ?? schema).map(
    ({ name, required, schema }) => `${name}${required ? '' : '?'}: ${schemaFacts(schema)}`,
  )
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `  ${title}`, ...lines]

/** Breaks a text at its spaces; a word that is too long stands alone. */
function wrap(
  text: string,
  { indent, columns }: { readonly indent: number; readonly columns: number },
): string[] {
  const width = Math.max(columns - indent, 20)
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`
    } else lines.push(word)
  }
  return lines.map((line, index) => `${' '.repeat(indent + (index === 0 ? 0 : 2))}${line}`)
}
