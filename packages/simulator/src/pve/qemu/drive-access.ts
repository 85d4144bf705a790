import { failed, invalidParameters } from '../../engine/fault.js'
import type { Rights } from '../access/rights.js'
import type { Cluster } from '../cluster.js'
import { requireVolumeAccess } from '../storage/volume-access.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { isCdrom, isDriveName, isUnusedName, newDisk, parseDrive, type Drive } from './drive.js'
import type { Parameters } from '../guest/parameters.js'

interface AccessOptions {
  readonly cluster: Cluster
  readonly rights: Rights
  readonly vmid: number
  /** Where disks without a storage are made. */
  readonly defaultStorage?: string | undefined
  /** Where archives are unpacked to import from. */
  readonly workingStorage?: string | undefined
}

/** Whether the caller may use the storages and volumes of all drives. API2/Qemu.pm: $check_storage_access */
export function checkStorageAccess(params: Parameters, options: AccessOptions): void {
  const { cluster, rights, vmid } = options
  const { storages } = cluster
  for (const name of Object.keys(params).toSorted()) {
    const drive = isDriveName(name) ? parseDrive(name, params[name] ?? '') : undefined
    if (!drive) continue
    checkDriveAccess({ name, drive }, options)
    checkImportAccess({ name, drive }, options)
  }
  for (const name of Object.keys(params).filter(isUnusedName).toSorted()) {
    const volid = parseDrive(name, params[name] ?? '')?.file
    if (!volid) {
      throw invalidParameters({ [name]: `failed to parse value '${params[name] ?? ''}'` })
    }
    if (!splitVolumeId(volid)) {
      throw invalidParameters({ [name]: `not a valid volid: ${volid}` })
    }
    requireVolumeAccess({ volid, vmid, type: 'images' }, { storages, rights })
  }
  if (params.vmstatestorage !== undefined) {
    rights.require(`/storage/${params.vmstatestorage}`, 'Datastore.AllocateSpace')
  }
}

interface NamedDrive {
  readonly name: string
  readonly drive: Drive
}

function checkDriveAccess({ name, drive }: NamedDrive, options: AccessOptions): void {
  const { cluster, rights, vmid } = options
  const volume = splitVolumeId(drive.file)
  if (['none', 'cloudinit', ''].includes(drive.file) || volume?.name === 'cloudinit') return
  const wanted = newDisk.exec(drive.file)
  if (isCdrom(drive) && drive.file === 'cdrom') rights.require('/', 'Sys.Console')
  else if (!isCdrom(drive) && wanted) {
    const storage = wanted[1] ?? options.defaultStorage
    if (!storage) throw failed('no storage ID specified (and no default storage)')
    rights.require(`/storage/${storage}`, 'Datastore.AllocateSpace')
    if (!cluster.storages.require(storage).content.has('images')) {
      throw invalidParameters({ storage: `storage '${storage}' does not support vm images` })
    }
  } else {
    requireVolumeAccess({ volid: drive.file, vmid }, { storages: cluster.storages, rights })
    const content = volume && cluster.storages.parse(drive.file).content
    if (content && content !== 'images' && content !== 'iso') {
      throw invalidParameters({ [name]: "content type needs to be 'images' or 'iso'" })
    }
  }
}

function checkImportAccess({ name, drive }: NamedDrive, options: AccessOptions): void {
  const { cluster, rights, vmid, workingStorage } = options
  const source = drive['import-from']
  if (!source) return
  let owner: number | undefined
  if (splitVolumeId(source)) {
    const { content, vmid: sourceOwner, format, storage } = cluster.storages.parse(source)
    owner = sourceOwner
    if (content !== 'images' && content !== 'import') {
      throw invalidParameters({
        [name]: `${source} has wrong type '${content}' - needs to be 'images' or 'import'`,
      })
    }
    if (content === 'import' && format.startsWith('ova+')) {
      const working = workingStorage ? cluster.storages.require(workingStorage) : storage
      if (!working.content.has('images') || !working.options.path) {
        throw invalidParameters({
          [workingStorage ? 'import-working-storage' : name]:
            `import working storage '${working.id}' does not support 'images' content type or is not file based.`,
        })
      }
      rights.require(`/storage/${working.id}`, 'Datastore.AllocateSpace')
    }
  }
  if (owner) rights.require(`/vms/${owner}`, 'VM.Clone')
  else requireVolumeAccess({ volid: source, vmid }, { storages: cluster.storages, rights })
}
