import type { Definition } from '@proxkit/schema'
import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { formatSize, parseSize } from '../guest/size.js'
import { VolumeLog } from '../guest/volume-log.js'
import { parseVolumeId } from '../storage/volume-id.js'
import { formatDrive, isCdrom, parseDrive, type Drive } from './drive.js'
import { requireRootFor } from '../guest/root-options.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'
import { requireUnlocked } from './vm.js'

export const resizeDisk: Handler = handle('PUT', '/nodes/{node}/qemu/{vmid}/resize', (context) => {
  const { params, cluster } = context
  const vm = cluster.qemu(context.node, Number(params.vmid))
  requireRootFor(context.user, { skiplock: params.skiplock })
  const job = jobOfCall(context, vm)
  if (!isTask(cluster.definition)) return vm.locked(() => resize(job, params))
  return context.startTask('resize', vm.vmid, (task) =>
    vm.locked(
      async () => {
        await task.sleep(resizeTime)
        resize(jobOfTask(job, task), params)
      },
      { log: (line) => task.log(line) },
    ),
  )
})

/** Up to version 7 the call itself did it. */
function isTask(definition: Definition): boolean {
  return definition.method('PUT', '/nodes/{node}/qemu/{vmid}/resize')?.returns.type !== 'null'
}

/** Milliseconds that resizing takes. */
const resizeTime = 200

interface ResizeParameters {
  readonly disk: string
  readonly size: string
  readonly digest?: string
  readonly skiplock?: string
}

/** API2/Qemu.pm: resize_vm */
function resize(job: VmJob, { disk, size, digest, skiplock }: ResizeParameters): void {
  const { cluster, vm, rights } = job
  const config = vm.edit()
  if (digest && digest !== vm.digest) {
    throw failed('checksum mismatch (file change by other user?)')
  }
  if (skiplock !== '1') requireUnlocked(config.main)
  const drive = requireResizable(disk, config.main.get(disk))
  const volume = parseVolumeId(drive.file)
  rights.require(`/storage/${volume.storage}`, 'Datastore.AllocateSpace')

  const { stored } = cluster.storages.requireVolume(drive.file, vm.node)
  const before = stored.size
  const wanted = wantedSize(size, before)
  if (wanted < before) throw failed('shrinking disks is not supported')
  if (wanted === before) return
  requireWritable(job, { volid: drive.file, size: wanted })
  const after = cluster.storages.resize(drive.file, { node: vm.node, size: wanted })
  // A running machine is asked to do it for files, and does so silently.
  const isSilent = vm.isRunning && cluster.storages.require(volume.storage).options.path
  if (!isSilent) {
    new VolumeLog(cluster.storages, job.log).resized(drive.file, { from: before, to: after })
  }
  config.main.set(disk, formatDrive({ ...drive, size: formatSize(wanted) }))
  vm.write(config)
}

function requireResizable(disk: string, text: string | undefined): Drive {
  if (!text) throw failed(`disk '${disk}' does not exist`)
  const drive = parseDrive(disk, text)
  if (!drive) throw failed(`disk '${disk}' has no associated volume`)
  parseVolumeId(drive.file)
  if (isCdrom(drive)) throw failed("you can't resize a cdrom")
  return drive
}

/** The file of a base image in a directory is marked as immutable. DirPlugin.pm: create_base */
function requireWritable(
  { cluster, log }: VmJob,
  { volid, size }: { volid: string; size: number },
): void {
  const { storage, isBase, format } = cluster.storages.parse(volid)
  if (!isBase || storage.type !== 'dir') return
  const path = cluster.storages.path(volid)
  const option = `--preallocation=${format === 'qcow2' ? 'metadata' : 'off'}`
  const refusal = `Could not open '${path}': Operation not permitted`
  log(`qemu-img: Could not open '${path}': ${refusal}`)
  throw failed(
    `command '/usr/bin/qemu-img resize '${option}' -f ${format} ${path} ${size}' failed: exit code 1`,
  )
}

function wantedSize(text: string, present: number): number {
  const isAdded = text.startsWith('+')
  const bytes = parseSize(isAdded ? text.slice(1) : text) ?? 0
  return isAdded ? present + bytes : bytes
}
