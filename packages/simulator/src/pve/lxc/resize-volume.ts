import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { CallContext } from '../context.js'
import { growthLines, onlineGrowthLines } from '../guest/disk-tools.js'
import { requireOnGuest } from '../guest/guest-rights.js'
import { formatSize, parseSize } from '../guest/size.js'
import { VolumeLog } from '../guest/volume-log.js'
import { requireDigest } from '../require-digest.js'
import { containerJob, type ContainerJob } from './container-job.js'
import { requireUnlocked, type Container } from './container.js'
import { formatMountPoint, readMountPoint, type MountPoint } from './mount-point.js'

// pve-container API2/LXC.pm: resize_vm
export const resizeVolume: Handler = handle('PUT', '/nodes/{node}/lxc/{vmid}/resize', (context) => {
  const { params, cluster } = context
  const container = cluster.lxc(context.node, Number(params.vmid))
  const { disk: name, size: wanted, digest } = params
  const request = { container, name, wanted, digest }
  requireResizable(context, request)
  return context.startTask('resize', container.vmid, (task) =>
    container.locked(
      async () => {
        await task.sleep(resizeTime)
        resize(containerJob(context, { container, task }), {
          name,
          ...requireResizable(context, request),
        })
      },
      (line) => task.log(line),
    ),
  )
})

/** Milliseconds that resizing takes. */
const resizeTime = 300

interface ResizeRequest {
  readonly container: Container
  readonly name: string
  /** New size, or what is added behind a `+`. */
  readonly wanted: string
  readonly digest: string | undefined
}

interface Resize {
  readonly mountPoint: MountPoint
  /** Bytes. */
  readonly size: number
}

/** The mount point and its new size, once it is certain that it can have it. $load_and_check */
function requireResizable(
  { cluster, rights }: CallContext<unknown>,
  { container, name, wanted, digest }: ResizeRequest,
): Resize {
  const { main } = container.config
  requireUnlocked(main)
  // The original takes the parameter `disk` for an option here.
  if (rights.user !== 'root@pam') {
    requireOnGuest({ rights, vmid: container.vmid }, 'VM.Config.Options')
  }
  requireDigest(container.digest, digest)
  const mountPoint = readMountPoint(name, main.get(name))
  const { storage, vmid: owner } = cluster.storages.parse(mountPoint.volume)
  if (owner !== container.vmid) {
    throw failed(
      `can't resize mount point owned by another container (${owner ?? ''}) at /usr/share/perl5/PVE/API2/LXC.pm line 2386.`,
    )
  }
  rights.require(`/storage/${storage.id}`, 'Datastore.AllocateSpace')
  const { stored } = cluster.storages.requireVolume(mountPoint.volume, container.node)
  const bytes = parseSize(wanted.replace(/^\+/, ''))
  if (bytes === undefined) throw failed('invalid size string')
  const size = wanted.startsWith('+') ? stored.size + bytes : bytes
  if (size < stored.size) throw failed('unable to shrink disk size')
  if (size === stored.size) throw failed('disk is already at specified size')
  return { mountPoint, size }
}

function resize(
  { cluster, container, log }: ContainerJob,
  { name, mountPoint, size }: Resize & { readonly name: string },
): void {
  const { storages } = cluster
  const { volume } = mountPoint
  const { stored, format } = storages.requireVolume(volume, container.node)
  const before = { path: storages.path(volume), size: stored.size, used: stored.used }
  const after = storages.resize(volume, { node: container.node, size })
  new VolumeLog(storages, log).resized(volume, { from: before.size, to: after })
  container.update(({ main }) =>
    main.set(name, formatMountPoint(name, { ...mountPoint, size: formatSize(size) })),
  )
  if (format !== 'raw') return
  if (!container.isRunning) log(...growthLines(before, size))
  else {
    const isFile = storages.parse(volume).storage.options.path !== undefined
    log(...onlineGrowthLines({ ...before, path: isFile ? '/dev/loop0' : before.path }, size))
  }
}
