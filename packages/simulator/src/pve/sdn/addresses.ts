import { BlockList, isIPv4 } from 'node:net'
import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import type { Cluster } from '../cluster.js'
import {
  addAddress,
  addressesOf,
  addressesOfMac,
  canonicalAddress,
  removeAddress,
  type IpamEntry,
  type IpamSubnet,
} from './pve-ipam.js'
import { runningObjects } from './running-config.js'
import { vnets, zones } from './sdn-files.js'

const path = '/cluster/sdn/vnets/{vnet}/ips'

// pve-network API2/Network/SDN/Ips.pm: ipcreate
const add = handle('POST', path, ({ params: { vnet, ip, mac }, cluster }) => {
  addToVnet(cluster, vnet, { ip, ...(mac !== undefined && { mac }) })
})

// pve-network API2/Network/SDN/Ips.pm: ipdelete. Its errors end with one more line.
const remove = handle('DELETE', path, ({ params: { vnet, ip, mac }, cluster }) => {
  try {
    removeFromVnet(cluster, vnet, { ip, mac })
  } catch (error) {
    throw failed(`${error instanceof Error ? error.message : String(error)}\n`)
  }
})

// pve-network API2/Network/SDN/Ips.pm: ipupdate
const update = handle('PUT', path, ({ params: { vnet, ip, mac, vmid }, cluster }) => {
  const { config } = cluster
  const known = isServed(cluster, vnet) ? addressesOfMac(config, mac ?? '') : {}
  const before = isIPv4(ip) ? known.ip4 : known.ip6
  removeFromVnet(cluster, vnet, { ip: before ?? '', mac })
  const entry = { ...(mac !== undefined && { mac }), ...(vmid !== undefined && { vmid }) }
  try {
    addToVnet(cluster, vnet, { ip, ...entry })
  } catch (error) {
    if (before !== undefined) addToVnet(cluster, vnet, { ip: before, ...entry })
    throw failed(`${error instanceof Error ? error.message : String(error)}\n`)
  }
})

// pve-network API2/Network/SDN/Ipams.pm: ipamindex
const status = handle('GET', '/cluster/sdn/ipams/{ipam}/status', ({ params, cluster, rights }) => {
  if (params.ipam !== 'pve') throw failed('Currently only PVE IPAM is supported!')
  const known = zones.sections(cluster.config)
  return addressesOf(cluster.config).flatMap(({ zone, cidr, ip, entry }) => {
    const { ipam, dhcp } = known.get(zone)?.options ?? {}
    if (ipam !== 'pve' || !isTrue(dhcp)) return []
    const [network = ''] = cidr.split('/')
    const vnet = [...runningObjects('vnets', cluster.config)]
      .filter(([, object]) => object.zone === zone)
      .find(([id]) => subnetOf(cluster, id, network) !== undefined)?.[0]
    if (vnet === undefined) return []
    if (!rights.hasAny(`/sdn/zones/${zone}/${vnet}`, ['SDN.Audit', 'SDN.Allocate'])) return []
    const vmid = entry.vmid === undefined ? {} : { vmid: Number(entry.vmid) }
    return [{ ...entry, ...vmid, zone, subnet: cidr, ip, vnet }]
  })
})

export const addressHandlers: readonly Handler[] = [add, remove, update, status]

function addToVnet(
  cluster: Cluster,
  vnet: string,
  entry: IpamEntry & { readonly ip: string },
): void {
  const subnet = requireSubnet(cluster, vnet, entry.ip)
  if (!isManaged(cluster, vnet)) return
  addAddress(cluster.config, subnet, { ...entry, ip: canonicalAddress(entry.ip) })
}

function removeFromVnet(
  cluster: Cluster,
  vnet: string,
  { ip, mac }: { readonly ip: string; readonly mac: string | undefined },
): void {
  const subnet = requireSubnet(cluster, vnet, ip)
  if (!isManaged(cluster, vnet)) return
  removeAddress(cluster.config, subnet, { ip: canonicalAddress(ip), mac })
}

function requireSubnet(cluster: Cluster, vnet: string, ip: string): IpamSubnet {
  const subnet = subnetOf(cluster, vnet, ip)
  if (!subnet) throw failed(`can't find any subnet for ip ${ip}`)
  return subnet
}

/** The subnet in force that an address lies in. pve-network Network/SDN/Subnets.pm: find_ip_subnet */
function subnetOf({ config }: Cluster, vnet: string, ip: string): IpamSubnet | undefined {
  const family = isIPv4(ip) ? 'ipv4' : 'ipv6'
  const ids = [...runningObjects('subnets', config)]
    .filter(([, subnet]) => subnet.vnet === vnet)
    .map(([id]) => id)
  for (const id of ids.toSorted()) {
    const [zone = '', network = '', mask = ''] = id.split('-')
    if (isIPv4(network) !== isIPv4(ip)) continue
    const block = new BlockList()
    block.addSubnet(network, Number(mask), family)
    if (ip !== '' && block.check(ip, family)) return { zone, cidr: `${network}/${mask}` }
  }
  return undefined
}

function zoneOptions({ config }: Cluster, vnet: string): Readonly<Record<string, string>> {
  const zone = vnets.sections(config).get(vnet)?.options.zone
  return (zone === undefined ? undefined : zones.sections(config).get(zone)?.options) ?? {}
}

/** Whether the cluster itself keeps the addresses of a network. */
function isManaged(cluster: Cluster, vnet: string): boolean {
  return zoneOptions(cluster, vnet).ipam === 'pve'
}

function isServed(cluster: Cluster, vnet: string): boolean {
  return isManaged(cluster, vnet) && isTrue(zoneOptions(cluster, vnet).dhcp)
}
