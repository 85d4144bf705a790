import { failed } from '../../engine/fault.js'
import type { GuestConfig, ReadonlySection } from '../guest/config-file.js'
import { readProperties } from '../guest/property-string.js'
import { VolumeLog } from '../guest/volume-log.js'
import { isImageFormat } from '../storage/storages.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { driveNames, parseDrive } from './drive.js'
import { cloudinitSize } from './fixed-sizes.js'
import type { VmJob } from './vm-job.js'

/**
 * Writes the cloud-init drive anew, if there is one, and forgets what differed from it; true when something did.
 * Cloudinit.pm: apply_cloudinit_config
 */
export function writeCloudinit(job: VmJob, config: GuestConfig): boolean {
  generateCloudinit(job, config.main)
  const differed = (config.special.get('cloudinit')?.size ?? 0) > 0
  if (differed) {
    config.special.delete('cloudinit')
    job.vm.write(config)
  }
  return differed
}

/** Fills the cloud-init drives of a section. Cloudinit.pm: generate_cloudinit_config */
export function generateCloudinit(job: VmJob, main: ReadonlySection): void {
  for (const name of driveNames) {
    const volid = parseDrive(name, main.get(name) ?? '')?.file ?? ''
    if (!splitVolumeId(volid)?.name.includes(`vm-${job.vm.vmid}-cloudinit`)) continue
    requireSnippets(job, main)
    makeMissing(job, volid)
    job.log('generating cloud-init ISO')
  }
}

/** Makes a volume that has gone. Cloudinit.pm: commit_cloudinit_disk */
function makeMissing(
  { cluster: { storages }, vm: { vmid, node }, log }: VmJob,
  volid: string,
): void {
  if (storages.volume(volid, node)) return
  const { storage, name, format } = storages.parse(volid)
  storages.allocate({
    storage: storage.id,
    node,
    vmid,
    size: cloudinitSize,
    ...(isImageFormat(format) && { format }),
    name,
  })
  new VolumeLog(storages, log).allocated(volid, cloudinitSize)
}

/** Files that take the place of what would be generated have to be there. Cloudinit.pm: get_custom_cloudinit_files */
function requireSnippets({ cluster, vm }: VmJob, main: ReadonlySection): void {
  if (main.get('citype') === 'opennebula') return
  const files = readProperties(main.get('cicustom') ?? '', {})
  for (const part of ['network', 'user', 'meta', 'vendor']) {
    const volid = files[part]
    if (volid === undefined) continue
    if (cluster.storages.parse(volid).content !== 'snippets') {
      throw failed(`${volid} is not in the snippets directory`)
    }
    cluster.storages.requireVolume(volid, vm.node)
  }
}

/**
 * Notes that an option of a running machine differs from what its cloud-init drive says. QemuServer.pm:
 * $cloudinit_record_changed
 */
export function noteCloudinitChange(
  config: GuestConfig,
  { name, before, after }: { name: string; before: string | undefined; after: string | undefined },
): void {
  if (!cloudinitOption.test(name)) return
  const recorded = new Map(config.special.get('cloudinit'))
  const added = new Set((recorded.get('added') ?? '').split(/[,;\s]+/).filter(Boolean))
  recorded.delete('added')
  const old = recorded.get(name)

  if (after !== undefined) {
    if (old !== undefined && old === after) {
      recorded.delete(name)
      added.delete(name)
    } else if (old === undefined && !added.has(name)) {
      if (before === undefined) added.add(name)
      else recorded.set(name, before)
    }
  } else if (before !== undefined && old === undefined) {
    if (!added.delete(name)) recorded.set(name, before)
  }

  if (added.size > 0) recorded.set('added', [...added].toSorted().join(','))
  config.special.set('cloudinit', recorded)
}

/** QemuServer.pm: cloudinit_pending_properties */
const cloudinitOption =
  /^(?:name|cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|ipconfig\d+|net\d+)$/
