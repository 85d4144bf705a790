import { failed } from '../../engine/fault.js'
import {
  formatGuestConfig,
  parseGuestConfig,
  type GuestConfig,
  type GuestDialect,
  type ReadonlyGuestConfig,
  type ReadonlySection,
  type Section,
} from '../guest/config-file.js'
import { readContainerOption } from './container-options.js'
import { usedVolumes } from './mount-point.js'

/** How the configuration files of containers are written. */
const containerDialect: GuestDialect = {
  pendingHeader: 'pve:pending',
  specialSections: [],
  keepsLineEnd: true,
  readOption: readContainerOption,
  others: { names: new Set(['env', 'lxc']), read: readRawLine, format: formatRawLines },
}

/** Reads the configuration of a container; to be handed to `ConfigTree.parse`. */
export function parseContainerConfig(text: string): ReadonlyGuestConfig {
  return parseGuestConfig(text, containerDialect)
}

/**
 * The text of a configuration: volumes that are in use are no longer listed as unused. Throws the original's text for a
 * value that cannot be stored. LXC/Config.pm: write_pct_config
 */
export function formatContainerConfig(config: GuestConfig): string {
  config.main.delete('snapstate')
  const used = new Set(usedVolumes(config.main))
  for (const [name, value] of config.main) {
    if (name.startsWith('unused') && used.has(value)) config.main.delete(name)
  }
  for (const section of [config.main, config.pending, ...config.snapshots.values()]) {
    requireSingleLines(section)
  }
  return formatGuestConfig(config, containerDialect)
}

/** What a section hands on to LXC as it is, in the order of the file. */
export function rawLines(section: ReadonlySection): (readonly [key: string, value: string])[] {
  const lines = section.get('lxc')?.split('\n') ?? []
  return lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const
  })
}

/** Mebibytes that the container may use. */
export function memoryOf(section: ReadonlySection): number {
  return Number(section.get('memory') ?? 0) || 512
}

export function isTemplate(section: ReadonlySection): boolean {
  return section.get('template') === '1'
}

/** Variables of the environment are one option here, and the other lines another. */
function readRawLine(line: string, section: Section): boolean {
  const [, key, value = ''] = /^(lxc\.[a-z0-9_\-.]+)(?::|\s*=)\s*(.*?)\s*$/.exec(line) ?? []
  if (key === undefined) return false
  if (key === 'lxc.environment.runtime') append(section, { name: 'env', value, separator: '\0' })
  else if (isRawKey(key)) {
    append(section, { name: 'lxc', value: `${key}: ${value}`, separator: '\n' })
  }
  return true
}

function append(
  section: Section,
  { name, value, separator }: { name: string; value: string; separator: string },
): void {
  const present = section.get(name)
  section.set(name, present === undefined ? value : `${present}${separator}${value}`)
}

function formatRawLines(section: ReadonlySection): string {
  const variables = section.get('env')?.split(/\0+/).filter(Boolean) ?? []
  const lines = section.get('lxc')?.split('\n') ?? []
  return [...variables.map((variable) => `lxc.environment.runtime: ${variable}`), ...lines]
    .map((line) => `${line}\n`)
    .join('')
}

function requireSingleLines(section: ReadonlySection): void {
  for (const [name, value] of section) {
    if (!multiline.has(name) && value.includes('\n')) {
      throw failed(`detected invalid newline inside property '${name}'`)
    }
  }
}

const multiline: ReadonlySet<string> = new Set(['description', 'lxc', 'env'])

/** pve-container LXC/Config.pm: is_valid_lxc_conf_key */
function isRawKey(key: string): boolean {
  return !/^lxc\.rootfs\.(?:path|options)$/.test(key) && rawKeys.test(key)
}

const rawKeys =
  /^lxc\.(?:apparmor|selinux|include|arch|uts|signal|init|pty|console|tty|devtty|hook|autodev|kmsg|mount|rootfs|cgroup2?|prlimit|limit|net|cap|seccomp|idmap|log|start|group|environment|sysctl)\b/
