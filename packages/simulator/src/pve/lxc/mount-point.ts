import { Fault } from '../../engine/fault.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { formatProperties, readProperties, type Properties } from '../guest/property-string.js'
import { parseSize } from '../guest/size.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { containerOption } from './container-options.js'

/** A mount point as its property string says. */
export type MountPoint = Properties & { volume: string }

/** `storage:size` in GiB: a volume to be made. LXC.pm: NEW_DISK_RE */
export const newVolume: RegExp = /^([^:\s]+):(\d+(?:\.\d+)?)$/

export function isMountPointName(name: string): boolean {
  return name === 'rootfs' || /^mp\d+$/.test(name)
}

export function isUnusedName(name: string): boolean {
  return /^unused\d+$/.test(name)
}

/** What a mount point shows: a volume of a storage, a device or a directory of the node. classify_mountpoint */
export function mountType({ volume }: MountPoint): 'volume' | 'device' | 'bind' {
  if (!volume.startsWith('/')) return 'volume'
  return volume.startsWith('/dev/') ? 'device' : 'bind'
}

/** Reads a mount point or an unused volume; throws for text that is none. LXC/Config.pm: parse_volume */
export function readMountPoint(name: string, text = ''): MountPoint {
  const shape = containerOption(name)?.propertyString ?? {}
  const properties = readProperties(text, shape)
  const required = /^mp\d+$/.test(name) ? ['volume', 'mp'] : ['volume']
  const missing = required.filter((key) => properties[key] === undefined)
  const { volume } = properties
  if (missing.length > 0 || volume === undefined) {
    const errors = missing.map((key) => [key, 'property is missing and it is not optional'])
    throw new Fault(500, 'format error', { errors: Object.fromEntries(errors) })
  }
  return Object.assign(properties, { volume })
}

/** Prints a mount point with its keys in the original's order. LXC/Config.pm: print_volume */
export function formatMountPoint(name: string, mountPoint: Readonly<MountPoint>): string {
  return formatProperties(mountPoint, containerOption(name)?.propertyString ?? {})
}

export interface NamedMountPoint {
  readonly name: string
  readonly mountPoint: MountPoint
}

/**
 * The mount points of a section in the original's order, on request with the unused volumes; what makes no sense is
 * left out. AbstractConfig.pm: foreach_volume_full
 */
export function mountPointsOf(
  section: ReadonlySection,
  { withUnused = false }: { withUnused?: boolean } = {},
): NamedMountPoint[] {
  const unused = withUnused ? [...section.keys()].filter(isUnusedName).toSorted(byNumber) : []
  const names = [...section.keys()].filter(isMountPointName).toSorted(byNumber)
  return [...names, ...unused].flatMap((name) => {
    try {
      return [{ name, mountPoint: readMountPoint(name, section.get(name)) }]
    } catch {
      return []
    }
  })
}

/** The volumes that mount points of a section show. LXC/Config.pm: get_vm_volumes */
export function usedVolumes(section: ReadonlySection): string[] {
  return mountPointsOf(section).flatMap(({ mountPoint: { volume } }) =>
    splitVolumeId(volume) ? [volume] : [],
  )
}

/** Bytes that the mount point says it has. */
export function sizeOf({ size }: MountPoint): number | undefined {
  return size === undefined ? undefined : parseSize(size)
}

/** `rootfs` first, then by number. */
function byNumber(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => Number(/\d+$/.exec(name)?.[0] ?? -1))
  return (left ?? 0) - (right ?? 0)
}
