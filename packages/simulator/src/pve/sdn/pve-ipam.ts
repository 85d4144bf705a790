import { isIPv4 } from 'node:net'
import type { ConfigTree } from '../../engine/config-tree.js'
import { failed } from '../../engine/fault.js'

/** Who has an address. */
export interface IpamEntry {
  readonly gateway?: 1
  readonly vmid?: string
  readonly mac?: string
}

/** A subnet within a zone. */
export interface IpamSubnet {
  readonly zone: string
  readonly cidr: string
}

type Subnets = Readonly<
  Record<string, { readonly ips: Readonly<Record<string, IpamEntry>> } | undefined>
>

interface IpamState {
  readonly zones?: Readonly<Record<string, { readonly subnets?: Subnets } | undefined>>
}

interface MacState {
  readonly macs?: Readonly<
    Record<string, { readonly ip4?: string; readonly ip6?: string } | undefined>
  >
}

const path = 'sdn/pve-ipam-state.json'
const macPath = 'sdn/mac-cache.json'

/** pve-network Network/SDN/Ipams/PVEPlugin.pm: add_subnet */
export function addSubnet(config: ConfigTree, { zone, cidr }: IpamSubnet): void {
  const subnets = read(config).zones?.[zone]?.subnets ?? {}
  if (!subnets[cidr]) write(config, zone, { ...subnets, [cidr]: { ips: {} } })
}

/** Only its gateway may be left in it. pve-network Network/SDN/Ipams/PVEPlugin.pm: del_subnet */
export function removeSubnet(config: ConfigTree, subnet: IpamSubnet): void {
  const left = Object.values(requireSubnet(config, subnet).ips)
  if (left.length > 1 || left.some((entry) => entry.gateway !== 1)) {
    throw failed(`cannot delete subnet '${subnet.cidr}', not empty`)
  }
  const { [subnet.cidr]: _, ...others } = subnetsOf(config, subnet.zone)
  write(config, subnet.zone, others)
}

/** pve-network Network/SDN/Ipams/PVEPlugin.pm: add_ip */
export function addAddress(
  config: ConfigTree,
  subnet: IpamSubnet,
  { ip, ...entry }: IpamEntry & { readonly ip: string },
): void {
  const { ips } = requireSubnet(config, subnet)
  const present = ips[ip]
  if (present && !(entry.gateway && present.gateway)) throw failed(`IP '${ip}' already exist`)
  setAddresses(config, subnet, { ...ips, [ip]: entry })
  if (entry.mac !== undefined) setMac(config, entry.mac, { [kindOf(ip)]: ip })
}

/** pve-network Network/SDN/Ipams/PVEPlugin.pm: del_ip */
export function removeAddress(
  config: ConfigTree,
  subnet: IpamSubnet,
  { ip, mac }: { readonly ip: string; readonly mac?: string | undefined },
): void {
  const { [ip]: present, ...others } = requireSubnet(config, subnet).ips
  if (!present) throw failed(`IP '${ip}' does not exist in IPAM DB`)
  setAddresses(config, subnet, others)
  if (mac !== undefined) setMac(config, mac, { [kindOf(ip)]: undefined })
}

export function hasAddress(config: ConfigTree, subnet: IpamSubnet, ip: string): boolean {
  return requireSubnet(config, subnet).ips[ip] !== undefined
}

/** Every address that is taken. */
export function addressesOf(
  config: ConfigTree,
): readonly (IpamSubnet & { readonly ip: string; readonly entry: IpamEntry })[] {
  return Object.entries(read(config).zones ?? {}).flatMap(([zone, known]) =>
    Object.entries(known?.subnets ?? {}).flatMap(([cidr, subnet]) =>
      Object.entries(subnet?.ips ?? {}).map(([ip, entry]) => ({ zone, cidr, ip, entry })),
    ),
  )
}

/** What a network device has. pve-network Network/SDN/Ipams.pm: get_ips_from_mac */
export function addressesOfMac(
  config: ConfigTree,
  mac: string,
): { readonly ip4?: string; readonly ip6?: string } {
  return readMacs(config).macs?.[mac] ?? {}
}

/** The usual form of an address. NetAddr::IP: canon */
export function canonicalAddress(ip: string): string {
  return isIPv4(ip) ? ip : new URL(`http://[${ip}]/`).hostname.slice(1, -1)
}

function kindOf(ip: string): 'ip4' | 'ip6' {
  return isIPv4(ip) ? 'ip4' : 'ip6'
}

function subnetsOf(config: ConfigTree, zone: string): Subnets {
  const known = read(config).zones?.[zone]
  if (!known) throw failed(`zone '${zone}' doesn't exist in IPAM DB`)
  return known.subnets ?? {}
}

function requireSubnet(
  config: ConfigTree,
  { zone, cidr }: IpamSubnet,
): NonNullable<Subnets[string]> {
  const subnet = subnetsOf(config, zone)[cidr]
  if (!subnet) throw failed(`subnet '${cidr}' doesn't exist in IPAM DB`)
  return subnet
}

function setAddresses(
  config: ConfigTree,
  { zone, cidr }: IpamSubnet,
  ips: Readonly<Record<string, IpamEntry>>,
): void {
  write(config, zone, { ...subnetsOf(config, zone), [cidr]: { ips } })
}

function setMac(
  config: ConfigTree,
  mac: string,
  change: Readonly<Record<string, string | undefined>>,
): void {
  const { [mac]: present, ...others } = readMacs(config).macs ?? {}
  const kept = Object.entries({ ...present, ...change }).filter(([, ip]) => ip !== undefined)
  const macs = kept.length > 0 ? { ...others, [mac]: Object.fromEntries(kept) } : others
  config.write(macPath, JSON.stringify({ macs }))
}

function write(config: ConfigTree, zone: string, subnets: Subnets): void {
  const zones = { ...read(config).zones, [zone]: { subnets } }
  config.write(path, JSON.stringify({ zones }))
}

function read(config: ConfigTree): IpamState {
  return config.parse(path, parse)
}

function readMacs(config: ConfigTree): MacState {
  return config.parse(macPath, parse)
}

function parse(text: string): IpamState & MacState {
  return text === '' ? {} : JSON.parse(text)
}
