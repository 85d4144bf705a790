import { NotPluggable, type Hotplug } from './live-change.js'
import { readNetwork } from './network.js'

/** Keys whose change needs another device. */
const deviceKeys = ['model', 'macaddr', 'queues', 'mtu'] as const

/** Changes a network device of a running machine, or gives it one more. QemuServer.pm: vmconfig_update_net */
export function plugNetwork(
  { config, features }: Hotplug,
  { name, value }: { name: string; value: string },
): void {
  const wanted = readNetwork(value)
  const present = config.main.get(name)
  const old = present === undefined ? undefined : readNetwork(present)
  const isSameDevice =
    old !== undefined &&
    deviceKeys.every((key) => old[key] === wanted[key]) &&
    old.bridge !== undefined &&
    wanted.bridge !== undefined
  if (!isSameDevice && !features.has('network')) throw new NotPluggable()
}
