import { BlockList, isIPv4 } from 'node:net'
import { failed, invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { readProperties } from '../guest/property-string.js'
import type { Section } from '../section-config.js'
import { text, type StoredContext } from '../stored/stored-handler.js'
import { sdnCollection } from './sdn-collection.js'
import { subnets, vnets } from './sdn-files.js'
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
  maySee: (object, _, context) => {
    authorizeVnet(text(context.params, 'vnet'), context, false)
    return object.vnet === context.params.vnet
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
  accept: requireInside,
})

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
