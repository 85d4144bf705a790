/** Options that wait to be deleted, each with whether its volume goes with it. */
export type PendingDelete = Map<string, { readonly force: boolean }>

/** Reads the `delete` line of the pending section. pve-guest-common AbstractConfig.pm: parse_pending_delete */
export function parsePendingDelete(text: string | undefined): PendingDelete {
  const deletions: PendingDelete = new Map()
  for (const entry of text?.split(/[,;\s]+/) ?? []) {
    if (entry === '') continue
    const force = entry.startsWith('!')
    deletions.set(force ? entry.slice(1) : entry, { force })
  }
  return deletions
}

/** Prints what `parsePendingDelete` reads; undefined when nothing waits. */
export function formatPendingDelete(deletions: PendingDelete): string | undefined {
  if (deletions.size === 0) return undefined
  return [...deletions.keys()]
    .toSorted()
    .map((name) => (deletions.get(name)?.force ? `!${name}` : name))
    .join(',')
}
