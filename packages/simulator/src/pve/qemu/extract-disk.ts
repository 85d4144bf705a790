import { dirname } from 'node:path/posix'
import { failed, faultText } from '../../engine/fault.js'
import { freePid } from '../guest/free-pid.js'
import { VolumeLog } from '../guest/volume-log.js'
import { isImageFormat } from '../storage/storages.js'
import type { VmJob } from './vm-job.js'

interface Extraction {
  /** Id of the archive with the name of the disk behind it: `local:import/x.ova/disk1.vmdk`. */
  readonly source: string
  /** Storage that the disk is unpacked on. */
  readonly storage: string
}

/** Unpacks a disk of an archive and returns its id. pve-storage GuestImport.pm: extract_disk_from_import_file */
export function extractDisk(job: VmJob, { source, storage }: Extraction): string {
  const { cluster, vm, log } = job
  const { storages } = cluster
  const [, archive = '', inner = ''] = /^(.*\.ova)\/([^/]+)$/.exec(source) ?? []
  log(`extracting ${source}`)
  const format = storages.parse(source).format.replace('ova+', '')
  const size = storages.volume(archive, vm.node)?.stored.disks?.[inner]
  const path = storages.path(archive)
  try {
    const own = storages.path(`${storage}:${vm.vmid}/vm-${vm.vmid}-disk-0.raw`)
    const directory = `${dirname(own)}/tmp_${freePid(cluster)}_${vm.vmid}`
    if (size === undefined || !isImageFormat(format)) {
      throw failed(
        `command 'tar -x --force-local --no-same-owner -C ${directory} -f ${path} ${inner}' failed: exit code 2`,
      )
    }
    const volid = storages.allocate({
      storage,
      node: vm.node,
      vmid: vm.vmid,
      size,
      used: size,
      format,
    })
    // The name is reserved with an image that the unpacked one then takes the place of.
    new VolumeLog(storages, log).allocated(volid, 2 ** 20)
    log(
      `renaming ${directory}/${inner} to ${storages.path(volid)}`,
      `finished extracting to ${volid}`,
    )
    return volid
  } catch (error) {
    throw failed(`error during extraction: ${faultText(error)}`)
  }
}
