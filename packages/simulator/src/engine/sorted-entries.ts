/** Entries in the order of their keys as text, code unit by code unit: Perl's `sort`. */
export function sortedEntries<V>(
  entries: Iterable<readonly [string, V]>,
): (readonly [string, V])[] {
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** The same value with the members of its objects in that order, at every depth. */
export function withSortedNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    sortedEntries(Object.entries(value)).map(([name, member]) => [name, withSortedNames(member)]),
  )
}
