/** What of an answer is wanted, and in which order. */
export interface View {
  /** Per field its wanted values, any of which will do; `~text` wants those that contain the text in any case. */
  readonly filters: readonly (readonly [field: string, values: readonly string[]])[]
  /** Names of fields, a `-` in front of which turns the order around. */
  readonly sort?: readonly string[]
  readonly start?: number
  readonly limit?: number
  readonly fields?: readonly string[]
}

export interface Viewed {
  readonly data: unknown
  /** Of a list: how many entries there are before paging. */
  readonly total?: number
}

/** Applies a view to a list, or its choice of fields to an object. */
export function viewOf(data: unknown, view: View): Viewed {
  const { filters, sort = [], start = 0, limit, fields } = view
  if (!Array.isArray(data)) return { data: fields ? pick(data, fields) : data }
  const entries: readonly unknown[] = data
  const kept = entries.filter((entry) =>
    filters.every(([field, values]) => values.some((value) => matches(read(entry, field), value))),
  )
  const sorted = sort.length === 0 ? kept : kept.toSorted((a, b) => compare(a, b, sort))
  const page = sorted.slice(start, limit === undefined ? undefined : start + limit)
  return { data: fields ? page.map((entry) => pick(entry, fields)) : page, total: kept.length }
}

function read(entry: unknown, field: string): unknown {
  return typeof entry === 'object' && entry !== null && Object.hasOwn(entry, field)
    ? Reflect.get(entry, field)
    : undefined
}

function matches(value: unknown, wanted: string): boolean {
  if (value === undefined || value === null) return false
  if (Array.isArray(value)) return value.some((item) => matches(item, wanted))
  if (typeof value === 'boolean') return wanted === String(value) || wanted === (value ? '1' : '0')
  const text = textOf(value)
  return wanted.startsWith('~')
    ? text.toLowerCase().includes(wanted.slice(1).toLowerCase())
    : text === wanted
}

function compare(a: unknown, b: unknown, sort: readonly string[]): number {
  for (const order of sort) {
    const isTurned = order.startsWith('-')
    const field = isTurned ? order.slice(1) : order
    const difference = compareValues(read(a, field), read(b, field))
    if (difference !== 0) return isTurned ? -difference : difference
  }
  return 0
}

/** Numbers by size, all else as text; what has no value comes last. */
function compareValues(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [first, second] = [textOf(a), textOf(b)]
  return first < second ? -1 : Number(first > second)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function pick(entry: unknown, fields: readonly string[]): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry
  return Object.fromEntries(
    fields.flatMap((field) => (Object.hasOwn(entry, field) ? [[field, read(entry, field)]] : [])),
  )
}
