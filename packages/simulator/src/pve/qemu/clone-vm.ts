import { randomUUID } from 'node:crypto'
import { failed, faultText } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import { addGuestToPool } from '../access/guest-access.js'
import { guestConfigPath } from '../guest-index.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { formatSize } from '../guest/size.js'
import { VolumeLog } from '../guest/volume-log.js'
import { copyBehaviour } from '../guest/behaviour.js'
import { finishMirrors } from './finish-mirrors.js'
import { planClone, type ClonePlan, type CloneRequest, type PlannedDrive } from './clone-plan.js'
import { copyVolume } from './copy-volume.js'
import { removeVolumes } from './create-disks.js'
import { formatDrive, isCloudinit, parseDrive } from './drive.js'
import { withNewUuid } from './smbios.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'

export const cloneVm: Handler = handle('POST', '/nodes/{node}/qemu/{vmid}/clone', (context) => {
  const { params, cluster, node, rights } = context
  const vm = cluster.qemu(node, Number(params.vmid))
  const newVm = cluster.qemu(node, Number(params.newid))
  vm.requireExists()
  const { target } = params
  const request: CloneRequest = {
    vm,
    newVm,
    pool: params.pool,
    snapshot: params.snapname,
    storage: params.storage,
    format: params.format,
    target: target === node || target === 'localhost' ? undefined : target,
    full: params.full === undefined ? undefined : params.full === '1',
    name: params.name,
    description: params.description,
  }
  planClone(context, request)
  const job = jobOfCall({ cluster, rights }, vm)
  const { isRunning } = vm
  return context.startTask('qmclone', vm.vmid, (task) =>
    // Of a machine that does not run several clones can be made at a time.
    vm.locked(
      () =>
        newVm.locked(
          async () => {
            const plan = planClone(context, request)
            await clone(jobOfTask(job, task), task, { request, plan })
          },
          { timeout: 1, log: (line) => task.log(line) },
        ),
      { timeout: 1, shared: !isRunning, log: (line) => task.log(line) },
    ),
  )
})

/** Milliseconds that a clone takes, and each disk that is copied. */
const cloneTime = 300
const diskTime = 400

async function clone(
  job: VmJob,
  task: Pick<Task, 'sleep'>,
  { request, plan }: { request: CloneRequest; plan: ClonePlan },
): Promise<void> {
  const { cluster, vm } = job
  const { newVm, target, pool } = request
  const { config, source, drives } = plan
  const { main } = config
  job.log(`creating a clone of VM ${vm.vmid} with ID ${newVm.vmid}`)
  renewIdentity(main)
  main.delete('template')
  main.set('name', request.name ?? `Copy-of-VM-${source.get('name') ?? vm.vmid}`)
  if (request.description) main.set('description', request.description)
  main.set('lock', 'clone')
  if (cluster.guests.get(newVm.vmid)) {
    // Here the cluster file system refuses an id that a guest on another node or of another type has.
    throw failed(`unable to open file '/etc/pve/${newVm.path}.tmp' - File exists`)
  }
  newVm.write(config)
  copyFirewall(job, newVm.vmid)
  copyBehaviour(cluster, { from: vm.vmid, to: newVm.vmid })

  const volumes: string[] = []
  try {
    await task.sleep(cloneTime)
    for (const planned of drives) {
      await task.sleep(diskTime)
      main.set(planned.name, cloneDrive(job, { request, planned, source, volumes }))
      newVm.write(config)
    }
    if (vm.isRunning && !request.snapshot) {
      const copied = drives.filter(({ drive, isFull }) => isFull && !isCloudinit(drive))
      finishMirrors(job, { drives: copied.map(({ name }) => name), agent: source.get('agent') })
    }
    main.delete('lock')
    const waiting = request.snapshot ? [] : [...vm.config.pending.keys()]
    if (waiting.length > 0) {
      job.log(`found pending changes for '${waiting.join(',')}', discarding for clone`)
    }
    newVm.write(config)
    if (target !== undefined) {
      cluster.config.move(
        newVm.path,
        guestConfigPath({ vmid: newVm.vmid, node: target, type: 'qemu' }),
      )
    }
    if (pool !== undefined) addGuestToPool(cluster.config, { vmid: newVm.vmid, pool })
  } catch (error) {
    removeVolumes({ ...job, vm: newVm }, volumes)
    cluster.config.remove(`firewall/${newVm.vmid}.fw`)
    newVm.remove()
    throw failed(`clone failed: ${faultText(error)}`)
  }
}

function renewIdentity(main: Map<string, string>): void {
  main.set('smbios1', withNewUuid(main.get('smbios1')))
  if (main.get('vmgenid')) main.set('vmgenid', randomUUID())
}

function cloneDrive(
  job: VmJob,
  {
    request,
    planned,
    source,
    volumes,
  }: {
    request: CloneRequest
    planned: PlannedDrive
    source: ReadonlySection
    volumes: string[]
  },
): string {
  const { cluster, vm } = job
  const { newVm, storage, format, snapshot } = request
  const { name, drive, isFull } = planned
  let made: { volid: string; size: number }
  if (isFull) {
    made = copyVolume(job, {
      source: { volid: drive.file, name },
      target: {
        storage,
        format,
        name,
        vmid: newVm.vmid,
        efitype: parseDrive('efidisk0', source.get('efidisk0') ?? '')?.efitype,
      },
      onAllocated: (volid) => volumes.push(volid),
      isLive: vm.isRunning && !snapshot,
    })
  } else {
    job.log(`create linked clone of drive ${name} (${drive.file})`)
    const volid = cluster.storages.clone(drive.file, {
      node: vm.node,
      vmid: newVm.vmid,
      ...(snapshot !== undefined && { snapshot }),
    })
    volumes.push(volid)
    const { size } = cluster.storages.requireVolume(volid, vm.node).stored
    new VolumeLog(cluster.storages, job.log).cloned(drive.file, { newVolid: volid, size })
    made = { volid, size }
  }
  const { format: _format, ...kept } = drive
  return formatDrive({ ...kept, file: made.volid, size: formatSize(made.size) })
}

function copyFirewall({ cluster, vm }: VmJob, newid: number): void {
  const rules = cluster.config.read(`firewall/${vm.vmid}.fw`)
  if (rules !== undefined) cluster.config.write(`firewall/${newid}.fw`, rules)
}
