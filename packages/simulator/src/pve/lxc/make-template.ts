import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Section } from '../guest/config-file.js'
import { VolumeLog } from '../guest/volume-log.js'
import { isTemplate } from './container-config.js'
import { containerJob } from './container-job.js'
import { requireUnlocked } from './container.js'
import { formatMountPoint, mountPointsOf } from './mount-point.js'
import type { VolumeJob } from './volumes.js'

/** The task goes on by itself: nobody is told which one it is. */
// pve-container API2/LXC.pm: template
export const makeTemplate: Handler = handle(
  'POST',
  '/nodes/{node}/lxc/{vmid}/template',
  async (context) => {
    const { params, cluster } = context
    const container = cluster.lxc(context.node, Number(params.vmid))
    await container.locked(() => {
      const config = container.edit()
      requireUnlocked(config.main)
      if (config.snapshots.size > 0) {
        throw failed('unable to create template, because CT contains snapshots')
      }
      if (isTemplate(config.main)) throw failed("you can't convert a template to a template")
      if (container.isRunning) {
        throw failed("you can't convert a CT to template if the CT is running")
      }
      context.startTask('vztemplate', container.vmid, async (task) => {
        await task.sleep(templateTime)
        convertVolumes(containerJob(context, { container, task }), config.main)
        config.main.set('template', '1')
        container.write(config)
      })
    })
    return null
  },
)

/** Milliseconds that the conversion takes. */
const templateTime = 300

/** Turns all volumes into base images. LXC.pm: template_create */
export function convertVolumes({ cluster, container, log }: VolumeJob, section: Section): void {
  const mountPoints = mountPointsOf(section)
  for (const { mountPoint } of mountPoints) {
    if (!cluster.storages.hasFeature('template', mountPoint.volume)) {
      throw failed(`Template feature is not available for '${mountPoint.volume}'`)
    }
  }
  for (const { name, mountPoint } of mountPoints) {
    const base = cluster.storages.createBase(mountPoint.volume, container.node)
    new VolumeLog(cluster.storages, log).madeBase(mountPoint.volume, base)
    section.set(name, formatMountPoint(name, { ...mountPoint, volume: base }))
  }
}
