import { failed } from '../../engine/fault.js'
import type { ReadonlyGuestConfig } from '../guest/config-file.js'
import { formatSize } from '../guest/size.js'
import { VolumeLog } from '../guest/volume-log.js'
import type { ImageFormat } from '../storage/storages.js'
import { requireVolumeAccess } from '../storage/volume-access.js'
import { volumeAtPath } from '../storage/volume-at-path.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { logCopy } from './copy-volume.js'
import type { Parameters } from '../guest/parameters.js'
import { formatDrive, isCloudinit, isDriveName, newDisk, parseDrive, type Drive } from './drive.js'
import { createEfiDisk } from './efi-disk.js'
import { extractDisk } from './extract-disk.js'
import { cloudinitSize, tpmStateSize } from './fixed-sizes.js'
import { cloudinitDrive } from './format-vm-config.js'
import { importVolume } from './import-volume.js'
import { isSet } from './vm-config.js'
import { freeVolume } from './unused-volumes.js'
import type { VmJob } from './vm-job.js'

interface DiskOptions {
  readonly config: ReadonlyGuestConfig
  /** Where disks without a storage are made. */
  readonly defaultStorage?: string | undefined
  /** Where disks of archives are unpacked to import from; default the storage of the archive. */
  readonly workingStorage?: string | undefined
  /** Disks get their content only when the machine runs. */
  readonly isLive?: boolean
}

/** Drives in their final spelling, and the volumes that were made for them. */
export interface CreatedDisks {
  readonly drives: ReadonlyMap<string, string>
  readonly volumes: readonly string[]
  /** What is still to come once the machine runs. */
  readonly imports: readonly LiveImport[]
}

/** A disk that is empty until its machine runs. */
export interface LiveImport {
  /** Drive. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Volume that is needed no more afterwards. */
  readonly extracted: string | undefined
}

/**
 * Makes the volumes that drives ask for, and looks at those that they name. When one fails, all that were made are
 * removed again. API2/Qemu.pm: create_disks
 */
export function createDisks(job: VmJob, params: Parameters, options: DiskOptions): CreatedDisks {
  const maker = new DiskMaker(job, options)
  try {
    for (const name of Object.keys(params).filter(isDriveName).toSorted()) {
      const drive = parseDrive(name, params[name] ?? '')
      if (drive) maker.make(name, drive)
    }
  } catch (error) {
    removeVolumes(job, maker.volumes)
    throw error
  }
  return maker
}

/** Removes volumes of work that failed; what cannot be removed stays. */
export function removeVolumes({ cluster, vm, log }: VmJob, volumes: readonly string[]): void {
  for (const volid of volumes) {
    try {
      freeVolume({ cluster, vm, log }, volid)
    } catch (error) {
      log(error instanceof Error ? error.message : String(error))
    }
  }
}

class DiskMaker implements CreatedDisks {
  readonly drives = new Map<string, string>()
  readonly volumes: string[] = []
  readonly imports: LiveImport[] = []
  readonly #job: VmJob
  readonly #options: DiskOptions
  readonly #volumeLog: VolumeLog

  constructor(job: VmJob, options: DiskOptions) {
    this.#job = job
    this.#options = options
    this.#volumeLog = new VolumeLog(job.cluster.storages, job.log)
  }

  make(name: string, drive: Drive): void {
    const wanted = newDisk.exec(drive.file)
    if (drive.file === 'none' || drive.file === 'cdrom') {
      delete drive.size
      this.drives.set(name, formatDrive(drive))
    } else if (splitVolumeId(drive.file)?.name === 'cloudinit') this.#makeCloudinit(name, drive)
    else if (wanted) this.#makeDisk(name, drive)
    else this.#attach(name, drive)
  }

  #makeCloudinit(name: string, drive: Drive): void {
    const { cluster, vm } = this.#job
    this.#requireFirstCloudinit(name)
    const storage = splitVolumeId(drive.file)?.storage ?? this.#options.defaultStorage
    if (!storage) throw failed('no storage ID specified (and no default storage)')
    const { path, 'snapshot-as-volume-chain': hasChain } = cluster.storages.require(storage).options
    const format = drive.format ?? (path || hasChain === '1' ? 'qcow2' : 'raw')
    const isNamed = path ?? (hasChain === '1' && format === 'qcow2')
    drive.file = this.#allocate({
      storage,
      size: cloudinitSize,
      format,
      name: `vm-${vm.vmid}-cloudinit${isNamed ? `.${format}` : ''}`,
    })
    drive.media = 'cdrom'
    this.#created(name, drive)
  }

  #makeDisk(name: string, drive: Drive): void {
    const [, given, gibibytes = '0'] = newDisk.exec(drive.file) ?? []
    const storage = given ?? this.#options.defaultStorage
    if (!storage) throw failed('no storage ID specified (and no default storage)')
    const source = drive['import-from']
    if (source) this.#import({ name, drive, storage, source })
    else {
      const { size, volid } = this.#makeEmpty(name, drive, {
        storage,
        size: Math.ceil(Number(gibibytes) * 2 ** 20) * 1024,
      })
      drive.file = this.#asBase(volid)
      drive.size = formatSize(size)
    }
    this.#created(name, drive)
  }

  #makeEmpty(
    name: string,
    drive: Drive,
    { storage, size }: { storage: string; size: number },
  ): { volid: string; size: number } {
    const format = drive.format ?? this.#job.cluster.storages.formats(storage).default
    if (name === 'efidisk0') {
      if (/\btype=snp\b|^snp\b/.test(this.#options.config.main.get('amd-sev') ?? '')) {
        throw failed(
          'SEV-SNP uses consolidated read-only firmware and does not require an EFI disk',
        )
      }
      return createEfiDisk(drive, {
        job: this.#job,
        allocate: (bytes) => this.#allocate({ storage, size: bytes, format }),
      })
    }
    const bytes = name === 'tpmstate0' ? tpmStateSize : size
    return { volid: this.#allocate({ storage, size: bytes, format }), size: bytes }
  }

  #import(request: { name: string; drive: Drive; storage: string; source: string }): void {
    const { drive, storage, source } = request
    delete drive['import-from']
    if (!splitVolumeId(source)) {
      this.#importFile(request)
      return
    }
    const packed = this.#job.cluster.storages.parse(source)
    const extracted = packed.format.startsWith('ova+')
      ? extractDisk(this.#job, {
          source,
          storage: this.#options.workingStorage ?? packed.storage.id,
        })
      : undefined
    if (extracted !== undefined) this.volumes.push(extracted)
    if (this.#isLive(request.name)) {
      const { vm, cluster } = this.#job
      const { stored } = cluster.storages.requireVolume(extracted ?? source, vm.node)
      this.#prepareLive(request, { size: stored.size, extracted })
      return
    }
    const { volid, size } = importVolume(this.#job, {
      source: extracted ?? source,
      name: request.name,
      drive,
      storage,
      onAllocated: (made) => this.volumes.push(made),
    })
    if (extracted !== undefined) this.#dropExtracted(extracted)
    drive.file = volid
    drive.size = formatSize(size)
  }

  /** A file or device that is named by its path. ImportDisk.pm: do_import */
  #importFile(request: { name: string; drive: Drive; storage: string; source: string }): void {
    const { drive, storage, source } = request
    const { cluster, vm, log } = this.#job
    const found = volumeAtPath(cluster.storages, { path: source, node: vm.node })
    if (!found) throw failed(`can't find file '${source}'`)
    const { size } = found.stored
    if (this.#isLive(request.name)) {
      this.#prepareLive(request, { size, extracted: undefined })
      return
    }
    const formats = cluster.storages.formats(storage)
    const format = formats.valid.find((valid) => valid === drive.format) ?? formats.default
    if (drive.format && drive.format !== format) {
      log(
        `format '${drive.format}' is not supported by the target storage - using '${format}' instead`,
      )
    }
    const volid = this.#allocate({ storage, size, format, used: found.stored.used })
    logCopy(this.#job, { size, source: found })
    drive.file = this.#asBase(volid)
    drive.size = formatSize(size)
  }

  #isLive(name: string): boolean {
    return this.#options.isLive === true && name !== 'efidisk0'
  }

  /** Makes a disk of the size of its source. */
  #prepareLive(
    { name, drive, storage }: { name: string; drive: Drive; storage: string },
    { size, extracted }: { size: number; extracted: string | undefined },
  ): void {
    const { volid } = this.#makeEmpty(name, drive, { storage, size })
    drive.file = volid
    drive.size = formatSize(size)
    this.imports.push({ name, size, extracted })
  }

  #dropExtracted(volid: string): void {
    freeVolume(this.#job, volid)
    this.#job.log(`cleaned up extracted image ${volid}`)
    this.volumes.splice(this.volumes.indexOf(volid), 1)
  }

  #attach(name: string, drive: Drive): void {
    const { cluster, vm, rights } = this.#job
    requireVolumeAccess(
      { volid: drive.file, vmid: vm.vmid },
      { storages: cluster.storages, rights },
    )
    if (!splitVolumeId(drive.file)) {
      const found = volumeAtPath(cluster.storages, { path: drive.file, node: vm.node })
      if (!found) throw failed(`volume ${drive.file} does not exist`)
      drive.size = formatSize(found.stored.size)
      this.drives.set(name, formatDrive(drive))
      return
    }
    const { content, format } = cluster.storages.parse(drive.file)
    if (content !== 'images' && content !== 'iso') {
      throw failed(
        `cannot use volume ${drive.file} - content type needs to be 'images' or 'iso' at /usr/share/perl5/PVE/API2/Qemu.pm line 688.`,
      )
    }
    const known = content === 'iso' ? 'raw' : format
    if (drive.format && drive.format !== known) {
      throw failed(
        `drive '${name}' - volume '${drive.file}' - 'format=${drive.format}' option different from storage format '${known}'`,
      )
    }
    if (isCloudinit(drive)) this.#requireFirstCloudinit(name)
    const { stored } = cluster.storages.requireVolume(drive.file, vm.node)
    drive.size = formatSize(stored.size)
    this.drives.set(name, formatDrive(drive))
  }

  #requireFirstCloudinit(name: string): void {
    const { main, pending } = this.#options.config
    for (const section of [main, pending, this.drives]) {
      const other = cloudinitDrive(section, { except: name })
      if (other) throw failed(`${name} - cloud-init drive is already attached at '${other}'`)
    }
  }

  #allocate(disk: {
    storage: string
    size: number
    format: string
    name?: string
    used?: number
  }): string {
    const { cluster, vm } = this.#job
    const volid = cluster.storages.allocate({
      ...disk,
      // The storage refuses, in its own words, the formats that it does not know.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      format: disk.format as ImageFormat,
      node: vm.node,
      vmid: vm.vmid,
    })
    this.volumes.push(volid)
    this.#volumeLog.allocated(volid, disk.size)
    return volid
  }

  /** Disks of templates are base images from the start. */
  #asBase(volid: string): string {
    if (!isSet(this.#options.config.main, 'template')) return volid
    const { cluster, vm } = this.#job
    const base = cluster.storages.createBase(volid, vm.node)
    this.volumes.splice(this.volumes.indexOf(volid), 1, base)
    this.#volumeLog.madeBase(volid, base)
    return base
  }

  #created(name: string, drive: Drive): void {
    delete drive.format
    const text = formatDrive(drive)
    this.drives.set(name, text)
    this.#job.log(`${name}: successfully created disk '${text}'`)
  }
}
