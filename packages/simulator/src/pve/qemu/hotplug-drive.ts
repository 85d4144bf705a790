import { NotPluggable, requireNoBootDevice, type Hotplug } from './live-change.js'
import { isCdrom, isCloudinit, parseDrive, type Drive } from './drive.js'
import { detachDrive } from './unused-volumes.js'

/** Changes a drive of a running machine, or gives it one more. QemuServer.pm: vmconfig_update_disk */
export function plugDrive(
  hotplug: Hotplug,
  { name, value }: { name: string; value: string },
): void {
  const { job, config, features } = hotplug
  const drive = parseDrive(name, value)
  const old = parseDrive(name, config.main.get(name) ?? '')
  if (!drive) throw new Error('unable to parse drive options')
  if (old) {
    if ((drive.media ?? 'disk') !== (old.media ?? 'disk')) {
      throw new Error('unable to change media type')
    }
    if (isCdrom(old)) {
      if (drive.file === 'none' && isCloudinit(old)) detachDrive(job, { config, drive: old })
      return
    }
    if (drive.file === old.file) {
      requireLiveChange(drive, old)
      return
    }
    if (!features.has('disk')) throw new NotPluggable()
    requireNoBootDevice(config, name)
    detachDrive(job, { config, drive: old })
  }
  if (!features.has('disk') || /^(?:ide|sata)\d/.test(name)) throw new NotPluggable()
}

/** Keys that a disk takes over only when the machine starts. */
const fixedKeys = [
  'aio',
  'discard',
  'iothread',
  'queues',
  'product',
  'cache',
  'ssd',
  'vendor',
  'ro',
] as const

function requireLiveChange(drive: Drive, old: Drive): void {
  if (fixedKeys.some((key) => drive[key] !== old[key])) throw new NotPluggable()
}
