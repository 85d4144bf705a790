import {
  parseGuestConfig,
  type GuestDialect,
  type ReadonlyGuestConfig,
  type ReadonlySection,
} from '../guest/config-file.js'
import { readContainerOption } from './container-options.js'

/** How the configuration files of containers are written. */
export const containerDialect: GuestDialect = {
  pendingHeader: 'pve:pending',
  specialSections: [],
  keepsLineEnd: true,
  readOption: readContainerOption,
}

/** The configuration of a container, with what it hands on to LXC. */
export interface ContainerConfig extends ReadonlyGuestConfig {
  /** Lines `lxc.…` of the main part, in their order. */
  readonly raw: readonly (readonly [key: string, value: string])[]
}

/** Reads the configuration of a container; to be handed to `ConfigTree.parse`. */
export function parseContainerConfig(text: string): ContainerConfig {
  const config = parseGuestConfig(text, containerDialect)
  const section = text.search(/^\[/m)
  const main = section < 0 ? text : text.slice(0, section)
  const lines = Array.from(
    main.matchAll(/^(lxc\.[\w.-]+)(?::|\s*=)[^\S\n]*(.*?)[^\S\n]*$/gm),
    ([, key = '', value = '']) => [key, value] as const,
  )
  const variables = lines.filter(isVariable)
  if (variables.length > 0) config.main.set('env', variables.map(([, value]) => value).join('\0'))
  return { ...config, raw: lines.filter((line) => !isVariable(line) && isRawKey(line[0])) }
}

function isVariable([key]: readonly [string, string]): boolean {
  return key === 'lxc.environment.runtime'
}

/** Mebibytes that the container may use. */
export function memoryOf(section: ReadonlySection): number {
  return Number(section.get('memory') ?? 0) || 512
}

export function isTemplate(section: ReadonlySection): boolean {
  return section.get('template') === '1'
}

/** pve-container LXC/Config.pm: is_valid_lxc_conf_key */
function isRawKey(key: string): boolean {
  return !/^lxc\.rootfs\.(?:path|options)$/.test(key) && rawKeys.test(key)
}

const rawKeys =
  /^lxc\.(?:apparmor|selinux|include|arch|uts|signal|init|pty|console|tty|devtty|hook|autodev|kmsg|mount|rootfs|cgroup2?|prlimit|limit|net|cap|seccomp|idmap|log|start|group|environment|sysctl)\b/
