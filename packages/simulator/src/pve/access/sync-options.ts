import { formatPropertyString, parsePropertyString } from '@proxkit/schema'
import { isTrue } from '../config-text.js'

/** What a directory sync does, by the names of the parameters; all values as text. */
export type SyncOptions = Readonly<Record<string, string>>

const format = 'realm-sync-options'

/** Reads the property string of a realm's defaults. */
export function parseSyncOptions(text: string): SyncOptions {
  return parsePropertyString(format, text)
}

export function formatSyncOptions(options: SyncOptions): string {
  return formatPropertyString(format, options)
}

/**
 * Says in today's words what the two options of old say.
 *
 * pve-access-control API2/Domains.pm: $map_remove_vanished
 */
export function translateSyncOptions(options: SyncOptions): SyncOptions {
  const { full, purge, 'remove-vanished': removeVanished } = options
  const remove = [
    ...(isTrue(full) ? ['entry', 'properties'] : []),
    ...(isTrue(purge) ? ['acl'] : []),
  ]
  if (removeVanished !== undefined || remove.length === 0) return options
  return { ...options, 'remove-vanished': remove.join(';') }
}
