/** JSON with its keys in order, as Perl's JSON module writes it where it is to be canonical. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null'
}

/** The same over many lines: three blanks deep, and a blank before each colon. */
export function prettyJson(value: unknown, indent = ''): string {
  const deeper = `${indent}   `
  if (Array.isArray(value) && value.length > 0) {
    const items = value.map((item) => `${deeper}${prettyJson(item, deeper)}`)
    return `[\n${items.join(',\n')}\n${indent}]`
  }
  if (isRecord(value) && Object.keys(value).length > 0) {
    const members = Object.entries(sortedKeys(value)).map(
      ([key, item]) => `${deeper}${JSON.stringify(key)} : ${prettyJson(item, deeper)}`,
    )
    return `{\n${members.join(',\n')}\n${indent}}`
  }
  return JSON.stringify(value) ?? 'null'
}

/** A copy whose keys are in order at every depth. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(sortedKeys(value)).map(([key, item]) => [key, sorted(item)]),
  )
}

function sortedKeys(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
