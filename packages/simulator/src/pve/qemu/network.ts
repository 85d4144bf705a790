import { readProperties, type Properties } from '../guest/property-string.js'
import { vmOption } from './vm-options.js'

/** A network device as its property string says. Network.pm: parse_net */
export function readNetwork(text: string): Properties {
  return readProperties(text, vmOption('net0')?.propertyString ?? {})
}

/** Addresses of a network device as cloud-init sets them; empty for what cannot be. Network.pm: parse_ipconfig */
export function readIpConfig(text: string): Properties {
  const config = readProperties(text, vmOption('ipconfig0')?.propertyString ?? {})
  const { ip, ip6, gw, gw6 } = config
  if (gw && (!ip || ip === 'dhcp')) return {}
  if (gw6 && !ip6?.includes(':')) return {}
  return ip || ip6 ? config : { ip: 'dhcp', ip6: 'dhcp' }
}
