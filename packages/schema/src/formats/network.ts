import { numericValue } from '../perl/scalar.js'
import { IPV4, IPV6 } from './address-patterns.js'
import { type FormatCheck, type FormatChecks, matching } from './format-check.js'
import { lazyPattern } from '../perl/lazy-pattern.js'

// pve-common JSONSchema.pm: pve_verify_ipv4, pve_verify_ipv6, pve_verify_ip
const IPV4_ADDRESS = lazyPattern(() => new RegExp(`^${IPV4}\n?$`))
const IPV6_ADDRESS = lazyPattern(() => new RegExp(`^${IPV6}\n?$`))
const IPV4_CIDR = lazyPattern(() => new RegExp(`^${IPV4}/(\\p{Nd}+)\n?$`, 'u'))
const IPV6_CIDR = lazyPattern(() => new RegExp(`^${IPV6}/(\\p{Nd}+)\n?$`, 'u'))
const DNS_NAME =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\n?$/
const IFACE = lazyPattern(() => /^[a-z][a-z0-9_]{1,20}(?:[:.]\p{Nd}+)?\n?$/iu)

function isIpv4(value: string): boolean {
  return IPV4_ADDRESS.test(value)
}

function isIpv6(value: string): boolean {
  return IPV6_ADDRESS.test(value)
}

export function isIp(value: string): boolean {
  return isIpv4(value) || isIpv6(value)
}

/** The shortest prefix that is accepted has 8 bits. */
export function isIpv4Cidr(value: string): boolean {
  return isPrefixWithin(IPV4_CIDR.exec(value)?.[1], { least: 8, most: 32 })
}

export function isIpv6Cidr(value: string): boolean {
  return isPrefixWithin(IPV6_CIDR.exec(value)?.[1], { least: 8, most: 128 })
}

/** Any prefix, also the shortest. */
export function isFullRangeCidr(value: string, family: 4 | 6): boolean {
  return family === 4
    ? isPrefixWithin(IPV4_CIDR.exec(value)?.[1], { least: 0, most: 32 })
    : isPrefixWithin(IPV6_CIDR.exec(value)?.[1], { least: 0, most: 128 })
}

function isDnsName(value: string): boolean {
  return DNS_NAME.test(value)
}

/** An address or a name; the name `0` is none, since the original tests it for truth. */
export function isAddress(value: string): boolean {
  return isIp(value) || (isDnsName(value) && value !== '0')
}

export function isInterfaceName(value: string): boolean {
  return IFACE.test(value)
}

function isPrefixWithin(
  digits: string | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): boolean {
  if (digits === undefined) return false
  const length = numericValue(digits)
  return length >= least && length <= most
}

function passing(isValid: (value: string) => boolean, name: string): FormatCheck {
  return (value) => (isValid(value) ? undefined : `value does not look like a valid ${name}\n`)
}

// pve-common JSONSchema.pm: $ipv4_mask_hash
const IPV4_MASKS: ReadonlySet<string> = new Set(
  Array.from({ length: 33 }, (_, bits) => {
    const mask = 2 ** 32 - 2 ** (32 - bits)
    return [24, 16, 8, 0].map((shift) => Math.floor(mask / 2 ** shift) % 256).join('.')
  }),
)

export const NETWORK_FORMATS: FormatChecks = {
  // pve-common JSONSchema.pm
  'mac-addr': passing(
    (value) => /^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}\n?$/i.test(value),
    'unicast MAC address',
  ),
  ipv4: passing(isIpv4, 'IPv4 address'),
  ipv6: passing(isIpv6, 'IPv6 address'),
  ip: passing(isIp, 'IP address'),
  ipv4mask: passing((value) => IPV4_MASKS.has(value), 'IP netmask'),
  CIDRv4: passing(isIpv4Cidr, 'IPv4 CIDR network'),
  CIDRv6: passing(isIpv6Cidr, 'IPv6 CIDR network'),
  CIDR: passing((value) => isIpv4Cidr(value) || isIpv6Cidr(value), 'CIDR network'),
  'pve-ipv4-config': passing(
    (value) => /^(?:dhcp|manual)\n?$/.test(value) || isIpv4Cidr(value),
    'ipv4 network configuration',
  ),
  'pve-ipv6-config': passing(
    (value) => /^(?:auto|dhcp|manual)\n?$/.test(value) || isIpv6Cidr(value),
    'ipv6 network configuration',
  ),
  'dns-name': passing(isDnsName, 'DNS name'),
  address: (value) =>
    isAddress(value) ? undefined : `value does not look like a valid address: ${value}\n`,
  'pve-iface': matching(IFACE, (value) => `invalid network interface name '${value}'`),
  'pve-bridge-id': matching(
    lazyPattern(() => /^[-_.\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+\n?$/u),
    (value) => `invalid bridge ID '${value}'`,
  ),
  'pve-vlan-id-or-range': checkVlanOrRange,
  // pve-cluster DataCenterConfig.pm
  'mac-prefix': matching(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){0,2}(?::[a-f0-9]?)?\n?$/i,
    'value is not a valid unicast MAC address prefix',
  ),
}

function checkVlanOrRange(value: string): string | undefined {
  const [, start, end] = /^(\p{Nd}+)(?:-(\p{Nd}+))?\n?$/u.exec(value) ?? []
  if (start === undefined) return `invalid VLAN configuration '${value}'\n`
  if (!isVlan(start)) return `invalid VLAN tag '${start}'\n`
  if (end === undefined || end === '0') return undefined
  if (!isVlan(end)) return `invalid VLAN tag '${end}'\n`
  if (numericValue(start) < numericValue(end)) return undefined
  return `VLAN range must go from lower to higher tag '${value}'\n`
}

function isVlan(digits: string): boolean {
  const tag = numericValue(digits)
  return tag >= 2 && tag <= 4094
}
