import type { ConfigTree } from '../../engine/config-tree.js'
import { formatProperties, readProperties, type Properties } from '../guest/property-string.js'
import { randomMac } from '../guest/random-mac.js'
import { containerOption } from './container-options.js'

/** A network device as its property string says. */
export function readNetwork(text: string): Properties {
  return readProperties(text, containerOption('net0')?.propertyString ?? {})
}

export function formatNetwork(device: Readonly<Properties>): string {
  return formatProperties(device, containerOption('net0')?.propertyString ?? {})
}

/** A network device with its kind, and with a hardware address if it has none. LXC/Config.pm: parse_lxc_network */
export function completeNetwork(text: string, config: ConfigTree): Properties {
  const device = readNetwork(text)
  return { ...device, type: 'veth', hwaddr: device.hwaddr || randomMac(config) }
}

/** The same device with another hardware address. */
export function withNewAddress(text: string, config: ConfigTree): string {
  return formatNetwork({ ...completeNetwork(text, config), hwaddr: randomMac(config) })
}

export function isNetworkName(name: string): boolean {
  return /^net\d+$/.test(name)
}
