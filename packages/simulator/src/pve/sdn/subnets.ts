import { BlockList, isIPv4 } from 'node:net'
import type { ConfigTree } from '../../engine/config-tree.js'
import { failed, invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { readProperties } from '../guest/property-string.js'
import type { Section } from '../section-config.js'
import { text, type StoredContext } from '../stored/stored-handler.js'
import {
  addAddress,
  addSubnet,
  canonicalAddress,
  hasAddress,
  removeAddress,
  removeSubnet,
  type IpamSubnet,
} from './pve-ipam.js'
import { sdnCollection } from './sdn-collection.js'
import { subnets, vnets, zones } from './sdn-files.js'
import { authorizeVnet } from './vnets.js'

// pve-network API2/Network/SDN/Subnets.pm
export const subnetHandlers: readonly Handler[] = sdnCollection({
  path: '/cluster/sdn/vnets/{vnet}/subnets',
  id: 'subnet',
  file: subnets,
  kind: 'subnets',
  noun: 'subnet',
  missingNoun: 'sdn subnet',
  checksLate: true,
  newId: (context) => {
    const vnet = vnets.sections(context.cluster.config).get(text(context.params, 'vnet'))
    return `${vnet?.options.zone ?? ''}-${text(context.params, 'subnet').replace('/', '-')}`
  },
  authorize: (_, context, changes) => authorizeVnet(text(context.params, 'vnet'), context, changes),
  beforeList: (context) => authorizeVnet(text(context.params, 'vnet'), context, false),
  maySee: (object, _, { params }) => object.vnet === params.vnet,
  requirePlace: (object, { params }) => {
    if (object.vnet !== params.vnet) throw invalidParameters({ vnet: 'wrong vnet' })
  },
  show: (object, id) => {
    const { pending } = object
    const { zone, network, mask } = partsOf(id)
    return {
      ...object,
      id,
      zone,
      network,
      mask,
      cidr: `${network}/${mask}`,
      'dhcp-range': ranges(object['dhcp-range']),
      ...(typeof pending === 'object' && { pending }),
    }
  },
  accept: (section, context, before) => {
    requireInside(section, context)
    keepAddresses(section, context, before)
  },
  release: (id, { cluster }) => {
    if (isManaged(id, cluster.config)) removeSubnet(cluster.config, ipamSubnet(id))
  },
})

/** The subnet has its place in the cluster's own list of addresses, and its gateway the first. on_update_hook */
function keepAddresses(
  { id, options }: Section,
  { cluster: { config } }: StoredContext,
  before: Section | undefined,
): void {
  if (!isManaged(id, config)) return
  const subnet = ipamSubnet(id)
  const { gateway = '' } = options
  const old = before?.options.gateway ?? ''
  if (!before) addSubnet(config, subnet)
  if (isIPv4(gateway) && partsOf(id).mask === '32') return
  if (gateway === old) return
  if (gateway !== '') addAddress(config, subnet, { ip: canonicalAddress(gateway), gateway: 1 })
  const isKept = old === '' || !hasAddress(config, subnet, canonicalAddress(old))
  if (!isKept) removeAddress(config, subnet, { ip: canonicalAddress(old) })
}

function isManaged(id: string, config: ConfigTree): boolean {
  return zones.sections(config).get(partsOf(id).zone)?.options.ipam === 'pve'
}

function ipamSubnet(id: string): IpamSubnet {
  const { zone, network, mask } = partsOf(id)
  return { zone, cidr: `${network}/${mask}` }
}

function partsOf(id: string): { zone: string; network: string; mask: string } {
  const [zone = '', network = '', mask = ''] = id.split('-')
  return { zone, network, mask }
}

/** pve-network Network/SDN/Subnets.pm: get_dhcp_ranges */
function ranges(texts: unknown): Record<string, string>[] {
  return Array.isArray(texts)
    ? texts.map((range) => ({ ...readProperties(String(range), {}) }))
    : []
}

/** pve-network Network/SDN/SubnetPlugin.pm: on_update_hook, validate_dhcp_ranges */
function requireInside(section: Section, { cluster }: StoredContext): void {
  const { network, mask } = partsOf(section.id)
  const cidr = `${network}/${mask}`
  const { vnet = '', gateway } = section.options
  const parent = vnets.sections(cluster.config).get(vnet)
  if (!parent) throw failed(`sdn vnet '${vnet}' does not exist`)
  if (isTrue(parent.options.vlanaware)) {
    throw invalidParameters({ vnet: "you can't add a subnet on a vlanaware vnet" })
  }
  const inside = new BlockList()
  inside.addSubnet(network, Number(mask), family(network))
  const isInside = (address: string): boolean => inside.check(address, family(address))
  const isPointToPoint = gateway !== undefined && isIPv4(gateway) && mask === '32'
  if (isTrue(gateway) && !isPointToPoint && !isInside(gateway)) {
    throw invalidParameters({ gateway: `${gateway} is not in subnet ${cidr}` })
  }
  for (const range of ranges(section.lists?.['dhcp-range'])) {
    const { 'start-address': start = '', 'end-address': end = '' } = range
    for (const [name, address] of [
      ['start-address', start],
      ['end-address', end],
    ] as const) {
      if (isInside(address)) continue
      throw invalidParameters({ 'dhcp-range': `${name} ${address} is not in subnet ${cidr}` })
    }
    if (start !== end && isAbove(start, end)) {
      throw invalidParameters({
        'dhcp-range': `start-address ${start} must be smaller than end-address ${end}`,
      })
    }
  }
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}

function isAbove(first: string, second: string): boolean {
  try {
    new BlockList().addRange(first, second, family(first))
    return false
  } catch {
    return true
  }
}
