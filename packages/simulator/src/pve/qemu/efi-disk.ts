import { isSince } from '../version.js'
import type { Drive } from './drive.js'
import { efiVariablesSize } from './fixed-sizes.js'
import type { VmJob } from './vm-job.js'
import { logTransfer } from './copy-volume.js'

/** Makes an EFI disk: its size is that of the variables, rounded up by the storage. OVMF.pm: create_efidisk */
export function createEfiDisk(
  drive: Drive,
  { job, allocate }: { job: VmJob; allocate: (bytes: number) => string },
): { volid: string; size: number } {
  const variables = efiVariablesSize(drive.efitype)
  const volid = allocate(variables)
  logTransfer(job, variables)
  const hasKeys = drive.efitype === '4m' && drive['pre-enrolled-keys'] === '1'
  if (hasKeys && isSince(job.cluster, '9.1')) drive['ms-cert'] = '2023k'
  const { stored } = job.cluster.storages.requireVolume(volid, job.vm.node)
  return { volid, size: stored.size }
}
