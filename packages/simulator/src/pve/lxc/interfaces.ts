import { handle, type Handler } from '../../engine/handle.js'
import { readProperties } from '../guest/property-string.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { containerOption } from './container-options.js'

// pve-container LXC.pm: get_interfaces
export const interfaces: Handler = handle(
  'GET',
  '/nodes/{node}/lxc/{vmid}/interfaces',
  ({ params, cluster, node }) => {
    const container = cluster.lxc(node, Number(params.vmid))
    if (!container.isRunning) return null
    const loopback = shown('lo', '00:00:00:00:00:00', ['127.0.0.1/8', '::1/128'])
    return [loopback, ...devices(container.config.main, container.vmid)]
  },
)

function devices(main: ReadonlySection, vmid: number): unknown[] {
  return [...main].flatMap(([key, value]) => {
    const shape = /^net\d+$/.test(key) ? containerOption(key)?.propertyString : undefined
    if (!shape) return []
    const { name = 'eth0', hwaddr = '', ip, ip6 } = readProperties(value, shape)
    const address = hwaddr.toLowerCase()
    return [shown(name, address, [...ipv4(ip, vmid), ...ipv6(ip6, address)])]
  })
}

/** What a DHCP server of the simulated network would hand out. */
function ipv4(ip: string | undefined, vmid: number): string[] {
  if (ip === undefined || ip === 'manual') return []
  return [ip === 'dhcp' ? `192.0.2.${100 + (vmid % 150)}/24` : ip]
}

function ipv6(ip: string | undefined, hwaddr: string): string[] {
  const own = ip === undefined || /^(?:auto|dhcp|manual)$/.test(ip) ? [] : [ip]
  return [...own, `${linkLocal(hwaddr)}/64`]
}

/** RFC 4291, appendix A */
function linkLocal(hwaddr: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = hwaddr
    .split(':')
    .map((pair) => Number.parseInt(pair, 16))
  const words = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f]
  return `fe80::${words.map((word) => word.toString(16)).join(':')}`
}

function shown(name: string, address: string, networks: readonly string[]): unknown {
  const addresses = networks.map((network) => {
    const [ip = '', prefix = ''] = network.split('/')
    return { 'ip-address': ip, 'ip-address-type': ip.includes(':') ? 'inet6' : 'inet', prefix }
  })
  const last = (type: string): string | undefined =>
    networks.findLast((network) => network.includes(':') === (type === 'inet6'))
  const [inet, inet6] = [last('inet'), last('inet6')]
  return {
    name,
    hwaddr: address,
    'hardware-address': address,
    'ip-addresses': addresses,
    ...(inet && { inet }),
    ...(inet6 && { inet6 }),
  }
}
