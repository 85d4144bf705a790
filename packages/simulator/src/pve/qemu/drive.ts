import type { Schema } from '@proxkit/schema'
import { formatProperties, readProperties, type Properties } from '../guest/property-string.js'
import { parseSize } from '../guest/size.js'
import { vmOption } from './vm-options.js'

/** A drive as its property string says; `file` is the volume. */
export type Drive = Properties & { file: string }

const range = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

/** Drives in the order in which the original looks for a disk to boot from. Drive.pm: valid_drive_names */
export const bootDriveNames: readonly string[] = [
  ...range('ide', 4),
  ...range('scsi', 31),
  ...range('virtio', 16),
  ...range('sata', 6),
]

/** All drives in the order in which the original goes through them. */
export const driveNames: readonly string[] = [...bootDriveNames, 'efidisk0', 'tpmstate0']

const knownDrives: ReadonlySet<string> = new Set(driveNames)

export function isDriveName(name: string): boolean {
  return knownDrives.has(name)
}

export function isUnusedName(name: string): boolean {
  return /^unused\d+$/.test(name)
}

/** `storage:size` or a bare size in GiB: a volume to be made. Drive.pm: NEW_DISK_RE */
export const newDisk: RegExp = /^(?:([^/:\s]+):)?(\d+(?:\.\d+)?)$/

/** Reads a drive; undefined for what the original cannot make sense of. Drive.pm: parse_drive */
export function parseDrive(name: string, text: string): Drive | undefined {
  // Whoever looks for a drive goes through all places, most of which are empty.
  if (text === '') return undefined
  const shape = driveShape(name)
  if (!shape) return undefined
  const drive = readProperties(text, shape)
  for (const dropped of ['cyls', 'heads', 'secs', 'trans']) delete drive[dropped]
  for (const key of ['bps', 'bps_rd', 'bps_wr']) {
    const bytes = drive[key]
    if (bytes === undefined) continue
    if (drive[`m${key}`] !== undefined) return undefined
    // The original multiplies a flag by mistake: whatever was given, one byte per second comes out.
    drive[`m${key}`] = (1 / 2 ** 20).toFixed(3)
    delete drive[key]
  }
  return isConsistent(drive, name) ? drive : undefined
}

/** Prints a drive with its keys in the original's order. Drive.pm: print_drive */
export function formatDrive(drive: Readonly<Drive>): string {
  return formatProperties(drive, { defaultKey: 'file', properties: printed })
}

/** Drive.pm: drive_is_cdrom */
export function isCdrom(drive: Readonly<Drive>, options: { cloudinit?: boolean } = {}): boolean {
  if (options.cloudinit === false && isCloudinit(drive)) return false
  return drive.media === 'cdrom'
}

/** Drive.pm: drive_is_cloudinit */
export function isCloudinit(drive: Readonly<Drive>): boolean {
  return /[:/](?:vm-\d+-)?cloudinit(?:\.(?:raw|qcow2?|qed|vmdk|cloop))?$/.test(drive.file)
}

/** Bytes that the drive says it has. */
export function driveSize(drive: Readonly<Drive>): number | undefined {
  return drive.size === undefined ? undefined : parseSize(drive.size)
}

const printed: Readonly<Record<string, Schema>> = {
  file: { type: 'string' },
  size: { type: 'string', format: 'disk-size', optional: true },
}

function driveShape(name: string): Schema | undefined {
  return knownDrives.has(name) || isUnusedName(name) ? vmOption(name)?.propertyString : undefined
}

const needs: readonly (readonly [option: string, required: string])[] = [
  ['mbps_max', 'mbps'],
  ['mbps_rd_max', 'mbps_rd'],
  ['mbps_wr_max', 'mbps_wr'],
  ['bps_max_length', 'mbps_max'],
  ['bps_rd_max_length', 'mbps_rd_max'],
  ['bps_wr_max_length', 'mbps_wr_max'],
  ['iops_max_length', 'iops_max'],
  ['iops_rd_max_length', 'iops_rd_max'],
  ['iops_wr_max_length', 'iops_wr_max'],
]

const excluding: readonly (readonly [string, string])[] = [
  ['mbps_rd', 'mbps'],
  ['mbps_wr', 'mbps'],
  ['iops_rd', 'iops'],
  ['iops_wr', 'iops'],
]

function isConsistent(drive: Properties, name: string): drive is Drive {
  if (drive.file === undefined) return false
  const has = (key: string): boolean => drive[key] !== undefined && drive[key] !== '0'
  if (needs.some(([option, required]) => has(option) && !has(required))) return false
  if (excluding.some(([a, b]) => has(a) && has(b))) return false
  if (drive.media === 'cdrom' && (has('snapshot') || has('format') || name.startsWith('virtio'))) {
    return false
  }
  return drive.size === undefined || parseSize(drive.size) !== undefined
}
