import { failed, faultText } from '../../engine/fault.js'
import { sizeRefusal } from '../storage/plugins/lvm.js'
import type { Volume } from '../storage/storages.js'
import { copyVolume } from './copy-volume.js'
import { driveNames, isCloudinit, parseDrive, type Drive } from './drive.js'
import { finishMirrors } from './finish-mirrors.js'
import type { VmJob } from './vm-job.js'
import type { Vm } from './vm.js'

interface ImportRequest {
  /** Id of the volume that is copied. */
  readonly source: string
  /** Drive that is made of it. */
  readonly name: string
  readonly drive: Drive
  readonly storage: string
  readonly onAllocated: (volid: string) => void
}

/** Makes a disk of a volume that is there, of another machine too. API2/Qemu.pm: create_disks, $import_from_volid */
export function importVolume(
  job: VmJob,
  request: ImportRequest,
): { readonly volid: string; readonly size: number } {
  const { cluster, vm } = job
  const { source } = request
  const { content } = cluster.storages.parse(source)
  const volume = cluster.storages.volume(source, vm.node)
  // What came from outside is looked at before anything else.
  if (!volume && content === 'import')
    throw failed(`failed to stat '${cluster.storages.path(source)}'`)
  try {
    return copy(job, { ...request, volume })
  } catch (error) {
    throw failed(`cannot import from '${source}' - ${faultText(error)}`)
  }
}

function copy(
  job: VmJob,
  request: ImportRequest & { readonly volume: Volume | undefined },
): { volid: string; size: number } {
  const { cluster, vm, log } = job
  const { source, name, drive, storage, onAllocated, volume } = request
  if (!volume) {
    const parsed = cluster.storages.parse(source)
    if (parsed.storage.options.vgname) throw failed(sizeRefusal(parsed, parsed.storage))
    log(`failed to stat '${cluster.storages.path(source)}'`)
  }
  if (!volume?.stored.size) throw failed(`could not get size of ${source}`)
  if (isCloudinit({ file: source })) throw failed('cannot import from cloudinit disk')
  const owner = ownerOf(job, volume)
  if (!cluster.storages.hasFeature('copy', source)) {
    throw failed(`cannot import from '${source}' - full clone feature is not supported`)
  }
  const held = owner && driveOf(owner, source)
  const isLive = owner !== undefined && owner.isRunning && held !== undefined
  if (held !== undefined && held !== name) requireLike(held, name)
  if (isLive && held === 'tpmstate0') throw failed('cannot move TPM state while VM is running')
  if (isLive && owner.vmid === vm.vmid) {
    throw failed('cannot change drive name when cloning disk from/to the same VM')
  }
  const made = copyVolume(job, {
    source: { volid: source, name: held },
    target: { storage, format: drive.format, name, efitype: drive.efitype },
    onAllocated,
    isLive,
  })
  if (isLive) {
    const agent = owner.config.main.get('agent')
    finishMirrors({ ...job, vm: owner }, { drives: [held], agent })
  }
  return made
}

/** The machine that the volume belongs to, which has to be on this node. */
function ownerOf({ cluster, vm }: VmJob, { vmid }: Volume): Vm | undefined {
  const place = vmid === undefined ? undefined : cluster.guests.get(vmid)
  if (!place) return undefined
  if (place.node !== vm.node || place.type !== 'qemu') {
    throw failed(`owner VM ${place.vmid} not on local node`)
  }
  return cluster.qemu(place.node, place.vmid)
}

function driveOf({ config: { main } }: Vm, volid: string): string | undefined {
  return driveNames.find((name) => parseDrive(name, main.get(name) ?? '')?.file === volid)
}

/** QemuServer.pm: clone_disk */
function requireLike(from: string, to: string): void {
  for (const [name, what] of [
    ['efidisk0', 'EFI disk'],
    ['tpmstate0', 'TPM state'],
  ] as const) {
    if (from === name || to === name) throw failed(`cloning from/to ${what} requires ${what}`)
  }
}
