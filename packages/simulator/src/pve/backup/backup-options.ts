import { formatPropertyString, parsePropertyString } from '@proxkit/schema'
import { invalidParameters } from '../../engine/fault.js'
import type { Operations } from '../../engine/operations.js'
import type { Rights } from '../access/rights.js'
import { isTrue, splitList } from '../config-text.js'
import { notesTemplateMistake } from './notes-template.js'

/** Options of a backup by name, as they are given to a call or stored in a job. */
export type BackupOptions = Omit<Operations['POST /nodes/{node}/vzdump'], 'node'> & {
  readonly node?: string
}

/** Options whose values are property strings, with the format of each. VZDump/Common.pm: $PROPERTY_STRINGS */
export const propertyStrings: Readonly<Record<string, string>> = {
  fleecing: 'backup-fleecing',
  performance: 'backup-performance',
  'prune-backups': 'prune-backups',
}

/** The storage that a backup goes to; undefined for a directory. pve-manager VZDump.pm: get_storage_param */
export function backupStorage({ dumpdir, storage }: BackupOptions): string | undefined {
  return isTrue(dumpdir) ? undefined : storage || 'local'
}

/**
 * Throws unless the caller may set these options.
 *
 * pve-manager API2/Backup.pm: assert_param_permission_common
 */
export function requireOptionRights(
  options: Readonly<Partial<Record<keyof BackupOptions, unknown>>>,
  { rights, isDeletion = false }: { readonly rights: Rights; readonly isDeletion?: boolean },
): void {
  if (rights.user === 'root@pam') return
  for (const name of ['tmpdir', 'dumpdir', 'script', 'job-id'] as const) {
    if (options[name] !== undefined) {
      throw invalidParameters({ [name]: 'Only root may set this option.' })
    }
  }
  const { bwlimit, ionice, performance, fleecing } = options
  if (bwlimit !== undefined || ionice !== undefined || performance !== undefined) {
    rights.require('/', 'Sys.Modify')
  }
  if (isDeletion || typeof fleecing !== 'string' || fleecing === '') return
  const { storage } = parsePropertyString('backup-fleecing', fleecing)
  if (storage !== undefined) rights.require(`/storage/${storage}`, 'Datastore.AllocateSpace')
}

/**
 * Throws for options that do not go together; returns them with what follows from them.
 *
 * pve-manager VZDump.pm: verify_vzdump_parameters
 */
export function verifyBackupOptions<O extends BackupOptions>(
  options: O,
  { isComplete }: { readonly isComplete: boolean },
): O {
  const { vmid, all, exclude, pool, stop, 'notes-template': template } = options
  for (const [name, value] of Object.entries({ all, exclude, pool })) {
    if (isTrue(value) && isTrue(vmid)) {
      throw invalidParameters({ [name]: "option conflicts with option 'vmid'" })
    }
  }
  const mistake = isTrue(template) ? notesTemplateMistake(template) : undefined
  if (mistake !== undefined) throw invalidParameters({ 'notes-template': mistake })
  const verified = exclude !== undefined && !isTrue(pool) ? { ...options, all: '1' } : options
  const isSelected = [verified.all, stop, pool, vmid].some(isTrue)
  if (isComplete && !isSelected) throw invalidParameters({ vmid: 'property is missing' })
  return verified
}

const notPrinted: ReadonlySet<string> = new Set(['vmid', 'stdout', 'job-id'])

/**
 * The command that does the same; the original prints its options in the order of a hash, here they are sorted.
 *
 * pve-guest-common VZDump/Common.pm: command_line
 */
export function backupCommand(options: BackupOptions): string {
  const words = ['vzdump', ...splitList(options.vmid ?? '')]
  for (const [name, value] of sortedOptions(options)) {
    if (notPrinted.has(name)) continue
    for (const text of printedValues(name, value)) {
      if (text !== '') words.push(`--${name} ${quoted(text)}`)
    }
  }
  return words.join(' ')
}

function sortedOptions(options: BackupOptions): [string, string | readonly string[]][] {
  return Object.entries(options)
    .flatMap(([name, value]): [string, string | readonly string[]][] =>
      value === undefined ? [] : [[name, value]],
    )
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function printedValues(name: string, value: string | readonly string[]): readonly string[] {
  if (typeof value !== 'string') return value
  const format = Object.hasOwn(propertyStrings, name) ? propertyStrings[name] : undefined
  if (format !== undefined) {
    return [formatPropertyString(format, parsePropertyString(format, value))]
  }
  return [name === 'mailto' ? splitList(value).join(',') : value]
}

/** String::ShellQuote; an equals sign could be an assignment. */
function quoted(text: string): string {
  return /^[\w!%+,\-./:@^]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
