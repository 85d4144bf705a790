import { characterCount, numericValue } from '../perl/scalar.js'
import { withoutTrailingEmpty } from '../perl/split-list.js'
import { type FormatCheck, type FormatChecks, matching } from './format-check.js'
import { isFullRangeCidr, isIpv4Cidr, isIpv6Cidr } from './network.js'

const NOT_A_ROUTE_TARGET = 'value does not look like a valid bgp route-target\n'

export const SDN_FORMATS: FormatChecks = {
  // pve-network Network/SDN/Fabrics.pm
  'pve-sdn-fabric-id': matching(
    /^[a-zA-Z0-9][a-zA-Z0-9-]{0,6}[a-zA-Z0-9]?\n?$/iu,
    (value) => `Fabric ID '${value}' contains illegal characters`,
  ),
  // pve-network Network/SDN/Controllers/IsisPlugin.pm
  'pve-sdn-isis-net': matching(
    /^[a-fA-F0-9]{2}(?:\.[a-fA-F0-9]{4}){3,9}\.[a-fA-F0-9]{2}\n?$/,
    'value does not look like a valid isis net',
  ),
  'pve-sdn-subnet-id': checkSubnetId,
  'pve-sdn-bgp-rt': checkRouteTarget,
  'pve-sdn-vlanrange': tagRangeCheck(4096),
  'pve-sdn-vxlanrange': tagRangeCheck(16_777_216),
  // pve-network Network/SDN/Fabrics.pm
  'pve-sdn-wireguard-iface-name': matching(
    /^[a-zA-Z0-9][a-zA-Z0-9-]{0,6}[a-zA-Z0-9]?\n?$/,
    (value) =>
      `WireGuard interface name '${value}' contains illegal characters` +
      ' or exceeds the eight character limit',
  ),
  // pve-network Network/SDN/RouteMaps.pm, PrefixLists.pm
  'pve-sdn-route-map-id': routingIdCheck(
    'route map',
    /^(?:pve_[^\n]*|MAP_VTEP_IN|MAP_VTEP_OUT|correct_src)\n?$/,
  ),
  'pve-sdn-prefix-list-id': routingIdCheck(
    'prefix list',
    /^(?:only_default|only_default_v6|loopbacks_ips)\n?$/,
  ),
  FullRangeCIDRv4: (value) =>
    isFullRangeCidr(value, 4) ? undefined : 'value does not look like a valid IPv4 CIDR network\n',
  FullRangeCIDRv6: (value) =>
    isFullRangeCidr(value, 6) ? undefined : 'value does not look like a valid IPv6 CIDR network\n',
  FullRangeCIDR: (value) =>
    isFullRangeCidr(value, 4) || isFullRangeCidr(value, 6)
      ? undefined
      : 'value does not look like a valid CIDR network\n',
  // pve-network Network/SDN/Zones/Plugin.pm and its neighbours, up to 9.1
  'pve-sdn-zone-id': objectIdCheck('zone', { longest: 8 }),
  'pve-sdn-vnet-id': objectIdCheck('vnet', { longest: 8 }),
  'pve-sdn-ipam-id': objectIdCheck('ipam'),
  'pve-sdn-dns-id': objectIdCheck('dns'),
  'pve-sdn-controller-id': objectIdCheck('controller', {
    pattern: /^[a-z][a-z0-9_-]*[a-z0-9]\n?$/iu,
    longest: 64,
  }),
}

function routingIdCheck(kind: string, reserved: RegExp): FormatCheck {
  return (value) => {
    if (reserved.test(value))
      return `${kind} ID '${value}' is currently reserved and cannot be used\n`
    return /^[a-z0-9][a-z0-9\-_]{0,30}[a-z0-9]?\n?$/iu.test(value)
      ? undefined
      : `${kind} ID '${value}' contains illegal characters\n`
  }
}

function objectIdCheck(
  kind: string,
  {
    pattern = /^[a-z][a-z0-9]*[a-z0-9]\n?$/iu,
    longest = Infinity,
  }: { readonly pattern?: RegExp; readonly longest?: number } = {},
): FormatCheck {
  return (value) => {
    if (!pattern.test(value)) return `${kind} ID '${value}' contains illegal characters\n`
    return characterCount(value) > longest
      ? `${kind} ID '${value}' can't be more length than ${longest} characters\n`
      : undefined
  }
}

function checkSubnetId(value: string): string | undefined {
  // pve-network Network/SDN/SubnetPlugin.pm: parse_sdn_subnet_id
  const [, ip = '', mask = ''] = withoutTrailingEmpty(value.split('-'))
  const cidr = value.includes('/') ? value : `${ip}/${mask}`
  return isIpv4Cidr(cidr) || isIpv6Cidr(cidr)
    ? undefined
    : 'value does not look like a valid CIDR network\n'
}

function checkRouteTarget(value: string): string | undefined {
  // pve-network Network/SDN/Zones/EvpnPlugin.pm: pve_verify_sdn_bgp_rt
  const [, asn, id] = /^(\p{Nd}+):(\p{Nd}+)\n?$/u.exec(value) ?? []
  if (asn === undefined || id === undefined) return NOT_A_ROUTE_TARGET
  const isTooLarge = [asn, id].some((number) => numericValue(number) > 4_294_967_295)
  return isTooLarge ? NOT_A_ROUTE_TARGET : undefined
}

/** What is neither a number nor a range passes, as in the original. */
function tagRangeCheck(maximum: number): FormatCheck {
  return (value) => {
    // pve-network Network/SDN/Zones/Plugin.pm: parse_tag_number_or_range
    const items = withoutTrailingEmpty(value.split(','))
    if (items.join(',') !== value) return 'extraneous commas in list\n'
    for (const item of items) {
      const [, first, last = first] = /^([0-9]+)(?:-([0-9]+))?\n?$/.exec(item) ?? []
      if (first === undefined || last === undefined) continue
      for (const tag of [first, last]) {
        if (Number(tag) > maximum) return `invalid port '${tag}'\n`
      }
      if (Number(first) > Number(last)) {
        return `backwards range '${first}:${last}' not allowed, did you mean '${last}:${first}'?\n`
      }
    }
    return undefined
  }
}
