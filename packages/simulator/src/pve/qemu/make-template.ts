import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Section } from '../guest/config-file.js'
import { VolumeLog } from '../guest/volume-log.js'
import { driveNames, formatDrive, isCdrom, parseDrive } from './drive.js'
import { isSet } from './vm-config.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'
import { requireUnlocked, type Vm } from './vm.js'

export const makeTemplate: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/template',
  (context) => {
    const { params, cluster } = context
    const { disk } = params
    const vm = cluster.qemu(context.node, Number(params.vmid))
    requireConvertible(vm, disk)
    const job = jobOfCall(context, vm)
    return context.startTask('qmtemplate', vm.vmid, (task) =>
      vm.locked(
        async () => {
          await task.sleep(templateTime)
          requireConvertible(vm, disk)
          const config = vm.edit()
          config.main.set('template', '1')
          vm.write(config)
          convertDisks(jobOfTask(job, task), { section: config.main, disk })
          vm.write(config)
        },
        { log: (line) => task.log(line) },
      ),
    )
  },
)

/** Milliseconds that the conversion takes. */
const templateTime = 300

/** Turns disks into base images where the storage can. QemuServer.pm: template_create */
export function convertDisks(
  { cluster, vm, log }: VmJob,
  { section, disk }: { section: Section; disk?: string | undefined },
): void {
  for (const name of driveNames) {
    const drive = parseDrive(name, section.get(name) ?? '')
    if (!drive || isCdrom(drive) || (disk !== undefined && disk !== name)) continue
    if (!cluster.storages.hasFeature('template', drive.file)) continue
    const base = cluster.storages.createBase(drive.file, vm.node)
    new VolumeLog(cluster.storages, log).madeBase(drive.file, base)
    section.set(name, formatDrive({ ...drive, file: base }))
  }
}

function requireConvertible(vm: Vm, disk: string | undefined): void {
  const { main, snapshots } = vm.config
  requireUnlocked(main)
  if (snapshots.size > 0) {
    throw failed('unable to create template, because VM contains snapshots')
  }
  if (isSet(main, 'template') && disk === undefined) {
    throw failed("you can't convert a template to a template")
  }
  if (vm.isRunning) throw failed("you can't convert a VM to template if VM is running")
}
