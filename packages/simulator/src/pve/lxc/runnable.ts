import { failed } from '../../engine/fault.js'
import { requireBridge } from '../guest/bridge.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { isTemplate } from './container-config.js'
import type { ContainerJob } from './container-job.js'
import { isNetworkName, readNetwork } from './network.js'

/**
 * Throws what keeps the configuration from being handed to LXC, which happens whenever it changes. LXC.pm:
 * update_lxc_config
 */
export function requireRunnable(
  { cluster, container }: Pick<ContainerJob, 'cluster' | 'container'>,
  main: ReadonlySection,
): void {
  if (isTemplate(main)) return
  if (!main.get('arch')) throw internalError('arch', 729)
  if (!main.get('ostype')) throw internalError('ostype', 735)
  for (const name of [...main.keys()].filter(isNetworkName).toSorted()) {
    const device = readNetwork(main.get(name) ?? '')
    const largest = requireBridge(cluster, { node: container.node, bridge: device.bridge })
    const mtu = Number(device.mtu ?? largest)
    if (mtu > largest) {
      throw failed(`${name}: MTU size '${mtu}' is bigger than bridge MTU '${largest}'`)
    }
    if (device.link_down !== '1' && device['host-managed'] === '1' && device.ip6 === 'auto') {
      throw failed(`${name}: SLAAC is not supported for host-managed network configuration`)
    }
  }
}

function internalError(option: string, line: number): Error {
  return failed(`missing '${option}' - internal error at /usr/share/perl5/PVE/LXC.pm line ${line}.`)
}
