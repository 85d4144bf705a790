import type { Cluster } from '../cluster.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { readProperties } from '../guest/property-string.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { containerOption } from './container-options.js'
import { mountPointsOf } from './mount-point.js'

/** The operating system of a container, as its `/etc/os-release` tells it. */
export interface ContainerSystem {
  /** As the option `ostype` has it. */
  readonly ostype: string
  readonly version: string
}

/** Distributions that count as others. LXC/Setup.pm: $plugin_alias */
const relatives: Readonly<Record<string, string>> = {
  almalinux: 'centos',
  rockylinux: 'centos',
  'archlinux-base': 'archlinux',
}

const distributions =
  /(?:^|[-_])(alpine|archlinux-base|archlinux|almalinux|centos|debian|devuan|fedora|gentoo|nixos|openeuler|opensuse|rockylinux|ubuntu)(?:[-_]([\d.]+))?/

/** What the name of a template says is in it: `debian-13-standard_13.1-1_amd64.tar.zst`. */
export function systemOfTemplate(name: string): ContainerSystem | undefined {
  const [, id, version = ''] = distributions.exec(name.toLowerCase()) ?? []
  return id === undefined ? undefined : { ostype: relatives[id] ?? id, version }
}

/** The architecture in the name of a template, as the option `arch` has it. */
export function architectureOfTemplate(name: string): string | undefined {
  return /_(amd64|i386|arm64|armhf|riscv32|riscv64)[._]/.exec(name)?.[1]
}

/** What is left of the system on the volume that it was unpacked to. */
export function systemNote({ ostype, version }: ContainerSystem): string {
  return `ID=${ostype}\nVERSION_ID="${version}"\n`
}

/**
 * Why the container may not work as it is configured: a systemd of these days wants to nest. Undefined where nothing is
 * wrong, or nobody knows what is in it. LXC/Setup/Base.pm: check_systemd_nesting
 */
export function nestingWarning(
  cluster: Cluster,
  { main, node }: { readonly main: ReadonlySection; readonly node: string },
): string | undefined {
  const shape = containerOption('features')?.propertyString ?? {}
  if (readProperties(main.get('features') ?? '', shape).nesting === '1') return undefined
  const root = mountPointsOf(main).find(({ name }) => name === 'rootfs')?.mountPoint.volume ?? ''
  const volume = splitVolumeId(root) ? cluster.storages.volume(root, node) : undefined
  const [, ostype, version = ''] =
    /^ID=(.*)\nVERSION_ID="(.*)"\n$/.exec(volume?.stored.content ?? '') ?? []
  const systemd = ostype === undefined ? undefined : systemdVersion({ ostype, version })
  if (systemd === undefined || systemd <= 241) return undefined
  return `Systemd ${systemd} detected. You may need to enable nesting.`
}

/** Versions of systemd by distribution and the first release that has them, the latest first. */
const systemdVersions: Readonly<
  Record<string, readonly (readonly [release: number, systemd: number])[]>
> = {
  archlinux: [[0, 258]],
  centos: [
    [10, 257],
    [9, 252],
    [8, 239],
  ],
  debian: [
    [13, 257],
    [12, 252],
    [11, 247],
    [10, 241],
  ],
  fedora: [
    [43, 258],
    [42, 257],
    [41, 256],
    [40, 255],
  ],
  nixos: [[0, 258]],
  openeuler: [[0, 255]],
  opensuse: [[15, 254]],
  ubuntu: [
    [25, 257],
    [24, 255],
    [22, 249],
    [20, 245],
  ],
}

/** The systemd that a system boots with; undefined for one that boots with something else. */
function systemdVersion({ ostype, version }: ContainerSystem): number | undefined {
  const release = Number.parseFloat(version) || 0
  return systemdVersions[ostype]?.find(([first]) => release >= first)?.[1]
}
