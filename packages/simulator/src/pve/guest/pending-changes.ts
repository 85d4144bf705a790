import type { GuestConfig, Section } from './config-file.js'
import { formatPendingDelete, parsePendingDelete } from './pending-delete.js'

/** Options that wait to be deleted, each with whether its volume goes with it. */
export function pendingDeletions(config: GuestConfig): (readonly [string, { force: boolean }])[] {
  const deletions = parsePendingDelete(config.pending.get('delete'))
  return [...deletions].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** AbstractConfig.pm: add_to_pending_delete */
export function queueDeletion(config: GuestConfig, name: string, force = false): void {
  const deletions = parsePendingDelete(config.pending.get('delete'))
  deletions.set(name, { force })
  setDeletions(config.pending, formatPendingDelete(deletions))
}

/** AbstractConfig.pm: remove_from_pending_delete */
export function dropDeletion(config: GuestConfig, name: string): void {
  const deletions = parsePendingDelete(config.pending.get('delete'))
  if (!deletions.delete(name)) return
  setDeletions(config.pending, formatPendingDelete(deletions))
}

/** Forgets what waits without changing anything; true when there was such. AbstractConfig.pm: cleanup_pending */
export function dropIdlePending(config: GuestConfig): boolean {
  const { main, pending } = config
  let changed = false
  for (const [name, value] of pending) {
    if (name !== 'delete' && main.get(name) === value) changed = pending.delete(name)
  }
  const deletions = parsePendingDelete(pending.get('delete'))
  for (const name of deletions.keys()) if (!main.has(name)) changed = deletions.delete(name)
  setDeletions(pending, formatPendingDelete(deletions))
  return changed
}

/** Names of the options that wait for a new value, sorted. */
export function pendingNames(config: GuestConfig): string[] {
  return [...config.pending.keys()].filter((name) => name !== 'delete').toSorted()
}

function setDeletions(pending: Section, text: string | undefined): void {
  if (text === undefined) pending.delete('delete')
  else pending.set('delete', text)
}
