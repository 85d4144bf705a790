import { numericValue } from '../perl/scalar.js'
import { withoutTrailingEmpty } from '../perl/split-list.js'
import { IPV4, IPV6 } from './address-patterns.js'
import type { FormatCheck, FormatChecks } from './format-check.js'
import { ICMP_TYPES } from './icmp-types.js'
import { lazyPattern } from '../perl/lazy-pattern.js'
import { parseNetIp } from './net-ip.js'
import { PROTOCOL_NUMBERS, SERVICE_NAMES } from './service-names.js'

// pve-firewall Firewall.pm
const ALIAS = /^(?:dc\/|guest\/)?[A-Za-z][A-Za-z0-9\-_]+\n?$/
const IP_OR_CIDR = lazyPattern(() => new RegExp(`^(?:${IPV6}|(${IPV4}))(?:/(\\p{Nd}+))?\n?$`, 'u'))
const PROTOCOLS: ReadonlySet<string> = new Set([
  ...PROTOCOL_NUMBERS.keys(),
  ...[...PROTOCOL_NUMBERS.values()].map(String),
  'icmpv6',
])
const CONNTRACK_HELPERS: ReadonlySet<string> = new Set([
  'amanda',
  'ftp',
  'irc',
  'netbios-ns',
  'pptp',
  'sane',
  'sip',
  'snmp',
  'tftp',
])

export const FIREWALL_FORMATS: FormatChecks = {
  IPorCIDR: checkIpOrCidr,
  IPorCIDRorAlias: (value) => (ALIAS.test(value) ? undefined : checkIpOrCidr(value)),
  'pve-fw-addr-spec': checkAddresses,
  'pve-fw-sport-spec': portCheck('source'),
  'pve-fw-dport-spec': portCheck('destination'),
  'pve-fw-protocol-spec': (value) =>
    value === '' || value === '0' || PROTOCOLS.has(value)
      ? undefined
      : `unknown protocol '${value}'\n`,
  'pve-fw-icmp-type-spec': (value) =>
    value === '' || ICMP_TYPES.has(value) ? undefined : `invalid icmp-type value '${value}'\n`,
  'pve-fw-conntrack-helper': checkConntrackHelpers,
}

function checkIpOrCidr(value: string): string | undefined {
  // pve-firewall Firewall.pm: pve_verify_ip_or_cidr, clean_cidr
  const match = IP_OR_CIDR.exec(value)
  if (match === null) return 'value does not look like a valid IP address or CIDR network\n'
  const [, ipv4, length] = match
  if (length === undefined) return undefined
  if (length === '0') {
    const address = parseNetIp(value)
    return 'error' in address ? `${address.error}\n` : undefined
  }
  const size = ipv4 === undefined ? 128 : 32
  if (numericValue(length) <= size) return undefined
  return `Prefix length ${length} is longer than IP address (${size})\n`
}

function checkAddresses(value: string): string | undefined {
  // pve-firewall Firewall.pm: parse_address_list
  if (/^\+\P{White_Space}+\n?$/u.test(value)) {
    return value.length > 65 ? 'ipset name too long\n' : undefined
  }
  if (ALIAS.test(value)) return value.length > 64 ? 'alias name too long\n' : undefined
  const elements = withoutTrailingEmpty(value.split(','))
  if (elements.join(',') !== value) return EXTRANEOUS_COMMAS
  let version: number | undefined
  for (const element of elements) {
    const address = parseNetIp(element)
    if ('error' in address) return `invalid IP address: ${address.error}\n`
    if (version !== undefined && address.version !== version) {
      return `detected mixed ipv4/ipv6 addresses in address list '${value}'\n`
    }
    ;({ version } = address)
  }
  return elements.length > 1 && value.includes('-')
    ? "you can't use a range in a list\n"
    : undefined
}

const EXTRANEOUS_COMMAS = 'extraneous commas in list\n'

/** A destination may be an ICMP type too, which once stood in its place. */
function portCheck(side: 'source' | 'destination'): FormatCheck {
  return (value) => {
    // pve-firewall Firewall.pm: parse_port_name_number_or_range
    const items = withoutTrailingEmpty(value.split(','))
    if (items.join(',') !== value) return EXTRANEOUS_COMMAS
    let numbers = 0
    let hasIcmpType = false
    for (const item of items) {
      const [, first, last] = /^([0-9]+)(?::([0-9]+))?\n?$/.exec(item) ?? []
      if (first !== undefined) {
        numbers += last === undefined ? 1 : 2
        const message = checkPortRange(first, last ?? first)
        if (message !== undefined) return message
      } else if (side === 'destination' && ICMP_TYPES.has(item)) hasIcmpType = true
      else if (!SERVICE_NAMES.has(item)) return `invalid port '${item}'\n`
    }
    if (hasIcmpType && numbers > 0) return 'ICMP ports not allowed in port range\n'
    return numbers > 15 ? 'too many entries in port list (> 15 numbers)\n' : undefined
  }
}

function checkPortRange(first: string, last: string): string | undefined {
  const tooLarge = [first, last].find((port) => Number(port) > 65_535)
  if (tooLarge !== undefined) return `invalid port '${tooLarge}'\n`
  if (Number(first) <= Number(last)) return undefined
  return `backwards range '${first}:${last}' not allowed, did you mean '${last}:${first}'?\n`
}

function checkConntrackHelpers(value: string): string | undefined {
  // pve-firewall Firewall.pm: pve_fw_verify_conntrack_helper, which dies without a newline
  const helpers = withoutTrailingEmpty(value.split(','))
  if (helpers.join(',') !== value) return EXTRANEOUS_COMMAS
  const unknown = helpers.find((helper) => !CONNTRACK_HELPERS.has(helper))
  if (unknown === undefined) return undefined
  const place = unknown.endsWith('\n') ? '' : ' at /usr/share/perl5/PVE/Firewall.pm line 1167.\n'
  return `unknown helper ${unknown}${place}`
}
