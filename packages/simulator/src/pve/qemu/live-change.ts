import type { GuestConfig } from '../guest/config-file.js'
import { bootDevices } from './boot-order.js'
import { isDriveName } from './drive.js'
import type { VmJob } from './vm-job.js'

/** Thrown by a change that has to wait for the next start. */
export class NotPluggable extends Error {
  override readonly name = 'NotPluggable'
}

/** What a change to a running machine works with. */
export interface Hotplug {
  readonly job: VmJob
  readonly config: GuestConfig
  /** Kinds of devices that may come and go. */
  readonly features: ReadonlySet<string>
}

/** Throws when a device is needed to boot. QemuServer.pm: vm_deviceunplug */
export function requireNoBootDevice(config: GuestConfig, name: string): void {
  if (isDriveName(name) && bootDevices(config.main).includes(name)) {
    throw new Error(`can't unplug bootdisk '${name}'`)
  }
}
