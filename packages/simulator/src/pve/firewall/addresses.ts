import { isIPv4, isIPv6 } from 'node:net'
import { failed } from '../../engine/fault.js'
import { namePattern, type Alias, type NameSpaces } from './firewall-config.js'

export interface Address {
  readonly cidr: string
  readonly ipversion: 4 | 6
}

/** pve-firewall Firewall.pm: parse_ip_or_cidr */
export function parseCidr(text: string): Address {
  const [address = '', length, ...rest] = text.split('/')
  const isPlain = rest.length === 0 && (length === undefined || /^\d+$/.test(length))
  if (isPlain && isIPv6(address)) return { cidr: text.replace(/\/128$/, ''), ipversion: 6 }
  if (isPlain && isIPv4(address)) return { cidr: text.replace(/\/32$/, ''), ipversion: 4 }
  throw failed('value does not look like a valid IP address or CIDR network')
}

/** A network without the bits behind its length. pve-firewall Firewall.pm: clean_cidr */
export function cleanCidr(text: string): string {
  const [address = '', length] = text.split('/')
  if (!length || length === '0') return text
  const bits = isIPv4(address) ? ipv4Bits(address) : ipv6Bits(address)
  const width = isIPv4(address) ? 32n : 128n
  const kept = (bits >> (width - BigInt(length))) << (width - BigInt(length))
  return `${isIPv4(address) ? formatIpv4(kept) : formatIpv6(kept)}/${length}`
}

const aliasPattern = new RegExp(`^(dc/|guest/)?(${namePattern})$`)

/** The scope and the name of a text that has the form of an alias. */
export function aliasName(text: string): { scope: string; name: string } | undefined {
  const match = aliasPattern.exec(text)
  return match ? { scope: match[1] ?? '', name: match[2] ?? '' } : undefined
}

/** pve-firewall Firewall.pm: resolve_alias */
export function resolveAlias(text: string, { cluster, own }: NameSpaces): Alias | undefined {
  const { scope, name } = aliasName(text) ?? { scope: '', name: text }
  const key = name.toLowerCase()
  const [wide, local] = cluster ? [cluster, own] : [own, undefined]
  return (
    (scope === 'dc/' ? undefined : local?.aliases.get(key)) ??
    (scope === 'guest/' ? undefined : wide?.aliases.get(key))
  )
}

function ipv4Bits(address: string): bigint {
  return address.split('.').reduce((bits, part) => (bits << 8n) | BigInt(Number(part)), 0n)
}

function formatIpv4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.')
}

function ipv6Bits(address: string): bigint {
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length
  return [...first, ...Array.from({ length: zeros }, () => '0'), ...last].reduce(
    (bits, part) => (bits << 16n) | BigInt(`0x${part}`),
    0n,
  )
}

function formatIpv6(bits: bigint): string {
  const parts = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  )
  return new URL(`http://[${parts.join(':')}]/`).hostname.slice(1, -1)
}
