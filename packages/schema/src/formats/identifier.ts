import { characterCount, isTrue } from '../perl/scalar.js'
import { splitList } from '../perl/split-list.js'
import { parseDiskSize } from './disk-size.js'
import { type FormatCheck, type FormatChecks, matching } from './format-check.js'
import { NETWORK_FORMATS } from './network.js'
import { TIME_ZONES } from './time-zones.js'

const checkStorageId = idCheck('storage')

// pve-common JSONSchema.pm
export const IDENTIFIER_FORMATS: FormatChecks = {
  string: () => undefined,
  // up to 7.4 a list could be separated by NUL bytes
  'string-alist': () => undefined,
  urlencoded: matching(
    /^[-%a-zA-Z0-9_.!~*'()]*\n?$/,
    (value) => `invalid urlencoded string: ${value}`,
  ),
  'pve-configid': matching(
    /^[a-z][a-z0-9_-]+\n?$/iu,
    (value) => `invalid configuration ID '${value}'`,
  ),
  'pve-storage-id': checkStorageId,
  'acme-plugin-id': idCheck('ACME plugin'),
  'pve-vmid': matching(/^[1-9][0-9]{2,8}\n?$/, 'value does not look like a valid VM ID'),
  'pve-node': matching(
    /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\n?$/,
    'value does not look like a valid node name',
  ),
  'pve-tag': matching(/^[a-z0-9_][a-z0-9_\-+.]*\n?$/iu, 'invalid characters in tag'),
  'pve-task-status-type': matching(
    /^(?:ok|error|warning|unknown)\n?$/iu,
    (value) => `invalid status '${value}'`,
  ),
  'disk-size': (value) =>
    parseDiskSize(value) === undefined
      ? `value does not look like a valid disk size: ${value}\n`
      : undefined,
  'pve-startup-order': checkStartupOrder,
  'storage-pair': pairCheck(checkStorageId),
  'bridge-pair': pairCheck(NETWORK_FORMATS['pve-bridge-id'] ?? checkStorageId),
  timezone: checkTimeZone,
  // pve-container LXC/Config.pm: verify_ct_timezone
  'pve-ct-timezone': (value) => (value === 'host' ? undefined : checkTimeZone(value)),
}

function idCheck(kind: string): FormatCheck {
  return (value) => {
    if (characterCount(value) < 2) {
      return `${kind} ID '${value}' cannot be shorter than 2 characters\n`
    }
    if (/^[a-z][a-z0-9\-_.]*[a-z0-9]\n?$/iu.test(value)) return undefined
    return `${kind} ID '${value}' contains illegal characters\n`
  }
}

function checkTimeZone(value: string): string | undefined {
  return value === 'UTC' || TIME_ZONES.has(value) ? undefined : `invalid time zone '${value}'\n`
}

function checkStartupOrder(value: string): string | undefined {
  // pve-common JSONSchema.pm: pve_parse_startup_order
  return isTrue(value) && value.split(',').every(isStartupPart)
    ? undefined
    : 'unable to parse startup options\n'
}

function isStartupPart(part: string): boolean {
  return /^\p{White_Space}*$/u.test(part) || /^(?:order=|up=|down=)?\p{Nd}+\n?$/u.test(part)
}

/** A map of ids: one target for all, pairs `source:target`, or `1` for the identity. */
function pairCheck(checkId: FormatCheck): FormatCheck {
  return (value) => {
    const message = isTrue(value) ? checkIdMap(value, checkId) : undefined
    return message === undefined ? undefined : `${message}\n\n`
  }
}

function checkIdMap(value: string, checkId: FormatCheck): string | undefined {
  // pve-common JSONSchema.pm: parse_idmap
  const sources = new Set<string>()
  let fallback: string | undefined
  let isIdentity = false
  for (const entry of splitList(value)) {
    if (entry === '1') {
      isIdentity = true
      continue
    }
    const [, source, target] = /^([^:]+):([^:]+)$/.exec(entry) ?? []
    const message =
      source === undefined || target === undefined
        ? checkId(entry)
        : (checkId(source) ?? checkId(target))
    if (message !== undefined) return `entry '${entry}' contains invalid ID - ${message}`
    if (source === undefined) {
      if (fallback !== undefined) return 'default target ID can only be provided once'
      fallback = entry
    } else if (sources.has(source)) return `duplicate mapping for source '${source}'`
    else sources.add(source)
  }
  return isIdentity && (isTrue(fallback) || sources.size > 0)
    ? 'identity mapping cannot be combined with other mappings'
    : undefined
}
