import { VolumeLog } from '../guest/volume-log.js'
import type { ImageFormat, Volume } from '../storage/storages.js'
import { isCloudinit } from './drive.js'
import { cloudinitSize, efiVariablesSize, tpmStateSize } from './fixed-sizes.js'
import type { VmJob } from './vm-job.js'

export interface VolumeCopy {
  readonly source: {
    readonly volid: string
    /** Drive that it is in, if any. */
    readonly name?: string | undefined
  }
  readonly target: {
    /** Default: the storage of the source. */
    readonly storage?: string | undefined
    readonly format?: string | undefined
    /** Drive that it will be in. */
    readonly name: string
    /** Guest that gets the copy; default the one of the job. */
    readonly vmid?: number
    /** Type of EFI variables. */
    readonly efitype?: string | undefined
  }
  /** Told of the new volume as soon as it is there. */
  readonly onAllocated?: (volid: string) => void
  /** Copy while the machine goes on writing. */
  readonly isLive?: boolean
}

/** Copies a volume as a whole. QemuServer.pm: clone_disk with `full` */
export function copyVolume(job: VmJob, copy: VolumeCopy): { volid: string; size: number } {
  const { cluster, vm, log } = job
  const { source, target } = copy
  const { storages } = cluster
  const name = source.name === undefined ? '' : `${source.name} `
  log(`create full clone of drive ${name}(${source.volid})`)
  const from = storages.requireVolume(source.volid, vm.node)
  const storage = target.storage ?? from.storage.id
  const wanted = target.format ?? from.format
  const formats = storages.formats(storage)
  const format = formats.valid.find((valid) => valid === wanted) ?? formats.default
  if (target.format && target.format !== format) {
    log(
      `format '${target.format}' is not supported by the target storage '${storage}' - using '${format}' instead`,
    )
  }
  const isCloudinitCopy = isCloudinit({ file: source.volid })
  const vmid = target.vmid ?? vm.vmid
  const size = sizeOfCopy(copy, from.stored.size)
  const volid = storages.allocate({
    storage,
    node: vm.node,
    vmid,
    size,
    format,
    ...(isCloudinitCopy
      ? { name: cloudinitName(vmid, { format, hasPath: !!storages.require(storage).options.path }) }
      : { used: from.stored.used }),
  })
  copy.onAllocated?.(volid)
  new VolumeLog(storages, log).allocated(volid, size)
  log(`allocated target volume '${volid}'`)
  const isEmpty = isCloudinitCopy || target.name === 'efidisk0'
  if (copy.isLive && !isCloudinitCopy) {
    logMirror(job, { name: source.name ?? target.name, bytes: size })
  } else if (!isEmpty) {
    logCopy(job, { size, source: from })
  }
  return { volid, size: storages.requireVolume(volid, vm.node).stored.size }
}

/** The progress of a copy from a volume: the holes of a sparse file are told as one more step. */
export function logCopy(
  job: Pick<VmJob, 'log'>,
  { size, source }: { readonly size: number; readonly source: Volume },
): void {
  logTransfer(job, size)
  if (source.storage.options.path && source.format === 'raw') job.log(printProgress(size, size))
}

/** The progress that a copy of that many bytes shows. QemuImage.pm: convert */
export function logTransfer({ log }: Pick<VmJob, 'log'>, bytes: number): void {
  log(printProgress(0, bytes), printProgress(bytes, bytes))
}

function printProgress(done: number, all: number): string {
  return `transferred ${printBytes(done)} of ${printBytes(all)} (${done === 0 ? '0' : '100'}.00%)`
}

/** The progress of a copy that a running machine makes. BlockJob.pm: mirror */
function logMirror(
  { log }: Pick<VmJob, 'log'>,
  { name, bytes }: { name: string; bytes: number },
): void {
  const all = printBytes(bytes)
  log(
    `drive mirror is starting for drive-${name}`,
    `mirror-${name}: transferred ${all} of ${all} (100.00%) in 0s, ready`,
    "all 'mirror' jobs are ready",
  )
}

/** Bytes as people read them: `2.0 GiB`. pve-common Format.pm: render_bytes */
export function printBytes(bytes: number, digits = 1): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value.toFixed(digits)} ${units[unit]}`
}

function sizeOfCopy({ source, target }: VolumeCopy, sourceSize: number): number {
  if (isCloudinit({ file: source.volid })) return cloudinitSize
  if (target.name === 'efidisk0') return efiVariablesSize(target.efitype)
  return target.name === 'tpmstate0' ? tpmStateSize : sourceSize
}

function cloudinitName(
  vmid: number,
  { format, hasPath }: { format: ImageFormat; hasPath: boolean },
): string {
  return `vm-${vmid}-cloudinit${hasPath ? `.${format}` : ''}`
}
