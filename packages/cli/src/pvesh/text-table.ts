import type { Schema } from '@proxkit/schema'
import { valueText } from './value-text.js'

export interface TableOptions {
  readonly hasBorder: boolean
  readonly hasHeader: boolean
  readonly isForPeople: boolean
  readonly isUtf8: boolean
  /** The width of the terminal, where there is one. */
  readonly width: number | undefined
}

export interface Table {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** Names of the properties, from left to right. */
  readonly columns: readonly string[]
  readonly schemas: Readonly<Record<string, Schema>>
}

/** Rows with one line or more each. pve-common PVE/CLIFormatter.pm: print_text_table */
export function textTable({ rows, columns, schemas }: Table, options: TableOptions): string {
  const { hasBorder, hasHeader, isForPeople, isUtf8, width } = options
  const cells = sortRows(rows, columns[0] ?? '', schemas).map((row) =>
    columns.map((name) =>
      // A final newline makes no line.
      valueText(row[name], schemas[name], isForPeople).replace(/\n+$/, '').split('\n'),
    ),
  )
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...cells.flatMap((row) => row[index]?.map(lengthOf) ?? [])),
  )
  const isNumber = columns.map((name) => isNumeric(schemas[name]))
  const line = (texts: readonly string[]): string => {
    const padded = texts.map((text, index) => {
      const isLast = index === texts.length - 1
      if (!hasBorder && isLast) return text
      const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - lengthOf(text)))
      return isNumber[index] ? gap + text : text + gap
    })
    const bar = isUtf8 ? '│' : '|'
    return hasBorder ? `${bar} ${padded.join(` ${bar} `)} ${bar}` : padded.join(' ')
  }
  const rule = (name: keyof typeof rules): string => {
    const [left = '', fill = '', middle = '', right = ''] = isUtf8 ? rules[name] : plainRules[name]
    return left + widths.map((count) => fill.repeat(count + 2)).join(middle) + right
  }

  const lines: string[] = []
  if (hasBorder) lines.push(rule('top'))
  if (hasHeader) lines.push(line(columns))
  for (const [index, row] of cells.entries()) {
    if (hasBorder && (index > 0 || hasHeader)) {
      lines.push(rule(index === 0 ? 'header' : 'middle'))
    }
    const height = Math.max(...row.map((texts) => texts.length))
    for (let at = 0; at < height; at += 1) lines.push(line(row.map((texts) => texts[at] ?? '')))
  }
  if (hasBorder) lines.push(rule('bottom'))
  const fitting = width === undefined ? lines : lines.map((text) => text.slice(0, width))
  return fitting.map((text) => `${text}\n`).join('')
}

const rules = { top: '┌─┬┐', header: '╞═╪╡', middle: '├─┼┤', bottom: '└─┴┘' }
const plainRules = { top: '+-++', header: '+=++', middle: '+-++', bottom: '+-++' }

function lengthOf(text: string): number {
  return Array.from(text).length
}

function isNumeric(schema: Schema | undefined): boolean {
  return schema?.type === 'integer' || schema?.type === 'number'
}

function sortRows(
  rows: Table['rows'],
  key: string,
  schemas: Table['schemas'],
): Readonly<Record<string, unknown>>[] {
  const byNumber = isNumeric(schemas[key])
  return rows.toSorted((left, right) => {
    const [a, b] = [left[key], right[key]]
    if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
    if (byNumber) return Number(a) - Number(b)
    const [first, second] = [valueText(a, undefined, false), valueText(b, undefined, false)]
    return first < second ? -1 : Number(first > second)
  })
}
