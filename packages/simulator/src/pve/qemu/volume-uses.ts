import type { ReadonlyGuestConfig, ReadonlySection } from '../guest/config-file.js'
import { isCdrom, isCloudinit, isDriveName, isUnusedName, parseDrive, type Drive } from './drive.js'
import { parseSize } from '../guest/size.js'

/** How a machine uses a volume, over its configuration, what waits, and its snapshots. */
export interface VolumeUse {
  readonly volid: string
  /** Every use is that of a CD drive. */
  cdrom: 0 | 1
  is_cloudinit: 0 | 1
  replicate: 0 | 1
  shared: 0 | 1
  is_unused: 0 | 1
  /** A drive has it now. */
  is_attached: 0 | 1
  is_vmstate: 0 | 1
  is_tpmstate: 0 | 1
  /** Bytes, as the configuration says. */
  size?: number
  drivename?: string
  referenced_in_pending?: 1
  /** By the names of the snapshots. */
  referenced_in_snapshot?: Record<string, 1>
}

/** Every volume that a configuration names, `none` and `cdrom` among them. QemuServer.pm: foreach_volid */
export function volumeUses(config: ReadonlyGuestConfig): VolumeUse[] {
  const uses = new Map<string, VolumeUse>()
  addSection(uses, config.main, {})
  addSection(uses, config.pending, { isPending: true })
  for (const [snapshot, section] of config.snapshots) addSection(uses, section, { snapshot })
  return [...uses.values()]
}

interface Place {
  readonly isPending?: boolean
  readonly snapshot?: string
}

function addSection(uses: Map<string, VolumeUse>, section: ReadonlySection, place: Place): void {
  for (const [name, value] of section) {
    const drive = driveOf(name, value)
    if (drive) addUse(uses, name, { drive, place })
  }
}

function driveOf(name: string, value: string): Drive | undefined {
  if (isUnusedName(name) || name === 'vmstate') return { file: value }
  return isDriveName(name) ? parseDrive(name, value) : undefined
}

function addUse(
  uses: Map<string, VolumeUse>,
  name: string,
  { drive, place: { isPending = false, snapshot } }: { drive: Drive; place: Place },
): void {
  const volid = drive.file
  const use = uses.get(volid) ?? unknownUse(volid)
  uses.set(volid, use)
  if (!isCdrom(drive)) use.cdrom = 0
  if (isCloudinit(drive)) use.is_cloudinit = 1
  if (drive.replicate !== '0') use.replicate = 1
  if (drive.shared === '1') use.shared = 1
  if (isUnusedName(name)) use.is_unused = 1
  if (use.is_unused === 0 && snapshot === undefined && !isPending) use.is_attached = 1
  if (snapshot !== undefined)
    use.referenced_in_snapshot = { ...use.referenced_in_snapshot, [snapshot]: 1 }
  if (isPending) use.referenced_in_pending = 1
  const size = parseSize(drive.size ?? '')
  if (size && use.size === undefined) use.size = size
  if (name === 'vmstate') use.is_vmstate = 1
  if (name === 'tpmstate0') use.is_tpmstate = 1
  if (isDriveName(name)) use.drivename = name
}

function unknownUse(volid: string): VolumeUse {
  return {
    volid,
    cdrom: 1,
    is_cloudinit: 0,
    replicate: 0,
    shared: 0,
    is_unused: 0,
    is_attached: 0,
    is_vmstate: 0,
    is_tpmstate: 0,
  }
}
