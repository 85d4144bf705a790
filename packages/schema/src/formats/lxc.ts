import type { FormatChecks } from './format-check.js'
import { isInterfaceName, isIp } from './network.js'

// pve-container LXC/Config.pm
export const LXC_FORMATS: FormatChecks = {
  'lxc-ip-with-ll-iface': checkIpWithInterface,
  'pve-lxc-mp-string': (value) =>
    /\/\.\.?(?:\/|\n?$)|^\.\.\//.test(value)
      ? `${value} contains illegal character sequences\n`
      : undefined,
  'pve-lxc-dev-string': (value) =>
    /\/\.\.?(?:\/|\n?$)/.test(value) || !value.startsWith('/dev/')
      ? `${value} is not a valid device path\n`
      : undefined,
}

function checkIpWithInterface(value: string): string | undefined {
  // pve-container LXC/Config.pm: verify_ip_with_ll_iface
  const [, address, iface] = /^(fe80:[^%]+)%([^\n]*)\n?$/.exec(value) ?? []
  const isLinkLocal =
    address !== undefined && iface !== undefined && isIp(address) && isInterfaceName(iface)
  return isLinkLocal || isIp(value) ? undefined : 'value does not look like a valid IP address\n'
}
