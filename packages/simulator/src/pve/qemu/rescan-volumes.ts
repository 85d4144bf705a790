import { parseDrive } from './drive.js'
import { addUnusedVolume } from '../guest/unused-volumes.js'
import type { VmJob } from './vm-job.js'

/** Lists volumes that belong to the machine and that it does not know of as unused. QemuServer.pm: rescan */
export function rescanVolumes(job: VmJob): void {
  const { cluster, vm, log } = job
  log('rescan volumes...')
  const config = vm.edit()
  const used = new Set(
    [...config.main].flatMap(([name, value]) => parseDrive(name, value)?.file ?? []),
  )
  let changed = false
  for (const { id, content } of cluster.storages.all()) {
    if (!content.has('images') || !cluster.storages.isEnabled(id, vm.node)) continue
    for (const volume of cluster.storages.volumes(id, vm.node)) {
      const { volid, vmid } = volume
      if (vmid !== vm.vmid || !/^(?:images|rootdir)$/.test(volume.content)) continue
      if (used.has(volid) || volid.includes(`vm-${vmid}-state-`)) continue
      const key = addUnusedVolume(config.main, volid)
      if (!key) continue
      changed = true
      log(`VM ${vmid} add unreferenced volume '${volid}' as '${key}' to config`)
    }
  }
  if (changed) vm.write(config)
}
