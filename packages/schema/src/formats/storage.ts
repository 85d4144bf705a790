import { characterCount, numericValue } from '../perl/scalar.js'
import { IPV4, IPV6 } from './address-patterns.js'
import { type FormatCheck, type FormatChecks, matching } from './format-check.js'
import { lazyPattern } from '../perl/lazy-pattern.js'
import { isAddress } from './network.js'

// pve-storage Storage/DirPlugin.pm: plugindata, and `import` beside it
const CONTENT_TYPES: ReadonlySet<string> = new Set([
  'images',
  'rootdir',
  'vztmpl',
  'iso',
  'backup',
  'snippets',
  'none',
  'import',
])

// pve-common Tools.pm: parse_host_and_port
const HOST = String.raw`[\p{Alphabetic}\p{Nd}\-.]+`
const PORTALS = [
  String.raw`^(?:${IPV4}|${HOST})(?::\p{Nd}+)?\n?$`,
  String.raw`^\[(?:${IPV6}|${IPV4}|${HOST})\](?::\p{Nd}+)?\n?$`,
  String.raw`^${IPV6}(?:\.\p{Nd}+)?\n?$`,
].map((source) => lazyPattern(() => new RegExp(source, 'u')))

export const checkVolumeId: FormatCheck = matching(
  // pve-storage Storage/Plugin.pm: parse_volume_id
  /^[a-z][a-z0-9\-_.]*[a-z0-9]:[^\n]+\n?$/iu,
  (value) => `unable to parse volume ID '${value}'`,
)

export const STORAGE_FORMATS: FormatChecks = {
  // pve-storage Storage/Plugin.pm
  'pve-volume-id': checkVolumeId,
  'pve-storage-path': matching(/^\/[^;()]/u, 'value does not look like a valid absolute path'),
  'pve-storage-server': (value) =>
    isAddress(value) ? undefined : 'value does not look like a valid server name or IP address\n',
  'pve-storage-vgname': matching(
    /^[a-z0-9][a-z0-9\-_.]*[a-z0-9]\n?$/iu,
    (value) => `lvm name '${value}' contains illegal characters`,
  ),
  'pve-storage-portal-dns': (value) =>
    PORTALS.some((pattern) => pattern.test(value))
      ? undefined
      : 'value does not look like a valid portal address\n',
  'pve-storage-content': checkContent,
  'pve-storage-format': matching(
    /^(?:raw|qcow2|vmdk|subvol)\n?$/,
    (value) => `invalid format '${value}'`,
  ),
  'pve-storage-options': matching(
    /^\P{White_Space}+\n?$/u,
    (value) => `invalid options '${value}'`,
  ),
  'pve-dir-override': checkDirOverride,
  // pve-storage Storage/ZFSPoolPlugin.pm
  'pve-storage-zfs-blocksize': checkZfsBlockSize,
  // pve-guest-common Mapping/Dir.pm
  'pve-storage-path-in-property-string': matching(
    /^\/[^;,=()]/u,
    'Value does not look like a valid absolute path.' +
      ' These symbols are currently not allowed in path: ;,=()',
  ),
  // pve-guest-common ReplicationConfig.pm
  'pve-replication-job-id': checkReplicationJobId,
}

function checkContent(value: string): string | undefined {
  return CONTENT_TYPES.has(value) ? undefined : `invalid content type '${value}'\n`
}

function checkDirOverride(value: string): string | undefined {
  // pve-storage Storage/Plugin.pm: verify_dir_override
  const [, content = '', path = ''] = /^([a-z]+)=([^]+)$/.exec(value) ?? []
  const hasDotsApart = !path.includes('..') && !path.endsWith('.')
  if (path === '' || !hasDotsApart) return `invalid override '${value}'\n`
  const isShort =
    characterCount(path) < 1023 && path.split('/').every((part) => characterCount(part) < 255)
  return checkContent(content) ?? (isShort ? undefined : `invalid override '${value}'\n`)
}

function checkZfsBlockSize(value: string): string | undefined {
  // pve-storage Storage/ZFSPoolPlugin.pm: verify_zfs_blocksize
  if (value === '') return undefined
  const [, digits, unit = ''] = /^([1-9][0-9]*)([km])?\n?$/iu.exec(value) ?? []
  if (digits === undefined) {
    return (
      `invalid ZFS blocksize format '${value}'. Use a positive number ` +
      "(no leading zeros) with an optional 'k' or 'm' suffix.\n"
    )
  }
  const factor = { k: 1024, m: 1024 ** 2 }[unit.toLowerCase()] ?? 1
  const size = Number(digits) * factor
  if (size >= 512 && size <= 16 * 1024 ** 2 && Number.isInteger(Math.log2(size))) return undefined
  return (
    `value '${value}' is not a valid ZFS blocksize. Must be a power of 2 ` +
    'between 512B and 16MiB (e.g., 4k, 8k, 16k, 64k, 1m).\n'
  )
}

function checkReplicationJobId(value: string): string | undefined {
  // pve-guest-common ReplicationConfig.pm: parse_replication_job_id
  const [, guest] = /^(\p{Nd}+)-\p{Nd}+\n?$/u.exec(value) ?? []
  if (guest === undefined) return `invalid replication job id '${value}'\n`
  if (numericValue(guest) >= 100) return undefined
  return `invalid replication job id '${value}' (guest IDs < 100 are reserved)\n`
}
