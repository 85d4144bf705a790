import { invalidParameters } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import type { Parameters } from '../guest/parameters.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { pathToVolume } from './path-to-volume.js'
import { formatDrive, isDriveName, newDisk, parseDrive, type Drive } from './drive.js'

/** `cdrom` is another name of `ide2`. API2/Qemu.pm: $resolve_cdrom_alias */
export function resolveCdromAlias(params: Parameters): void {
  const { cdrom } = params
  if (!cdrom || cdrom === '0') return
  params.ide2 = cdrom.includes('media=') ? cdrom : `${cdrom},media=cdrom`
  delete params.cdrom
}

interface DriveCheck {
  readonly cluster: Cluster
  readonly node: string
  /** What else has to be true of each drive. */
  readonly require?: (drive: Readonly<Drive>) => void
}

/** Checks every drive among the parameters and prints it anew. API2/Qemu.pm: $check_drive_param */
export function checkDriveParameters(
  params: Parameters,
  { cluster, node, require }: DriveCheck,
): void {
  for (const name of Object.keys(params).filter(isDriveName).toSorted()) {
    const drive = parseDrive(name, params[name] ?? '')
    if (!drive) throw invalidParameters({ [name]: 'unable to parse drive options' })
    checkImport(name, drive)
    adoptPath(cluster, { name, drive, node })
    checkIso(cluster, { name, drive })
    require?.(drive)
    params[name] = formatDrive(drive)
  }
}

function checkImport(name: string, drive: Drive): void {
  if (!drive['import-from']) return
  const size = newDisk.exec(drive.file)?.[2]
  if (size === undefined || Number(size) !== 0) {
    throw invalidParameters({
      [name]: "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>",
    })
  }
  const required: Readonly<Record<string, readonly string[]>> = {
    efidisk0: ['efitype', 'pre-enrolled-keys'],
    tpmstate0: ['version'],
  }
  const missing = required[name]?.find((option) => drive[option] === undefined)
  if (missing) {
    throw invalidParameters({
      [name]: `need to specify '${missing}' when using 'import-from'`,
    })
  }
}

/** Turns the path of a file on some storage into its volume id. QemuServer.pm: cleanup_drive_path */
function adoptPath(
  cluster: Cluster,
  { name, drive, node }: { name: string; drive: Drive; node: string },
): void {
  if (!/^(?:cdrom|none)$|^\/dev\/.|^[^:]+:.|^\d+$/.test(drive.file)) {
    const volume = pathToVolume(cluster, { path: drive.file, node })
    if (!volume) {
      throw invalidParameters({
        [name]: `unable to associate path '${drive.file}' to any storage`,
      })
    }
    if (volume.content === 'iso') drive.media ??= 'cdrom'
    const expected = drive.media === 'cdrom' ? 'iso' : 'images'
    if (drive.media && volume.content !== expected) {
      throw invalidParameters({
        [name]: `unexpected media type (${volume.content} != ${expected})`,
      })
    }
    drive.file = volume.volid
  }
  if (drive.file === 'cdrom' || drive.file === 'none') drive.media ??= 'cdrom'
}

function checkIso(cluster: Cluster, { name, drive }: { name: string; drive: Drive }): void {
  const volume = splitVolumeId(drive.file)
  if (!volume || volume.name === 'cloudinit' || newDisk.test(drive.file)) return
  const { content } = cluster.storages.parse(drive.file)
  if (content === 'iso' && drive.media !== 'cdrom') {
    throw invalidParameters({
      [name]: "explicit 'media=cdrom' is required for iso images",
    })
  }
}
