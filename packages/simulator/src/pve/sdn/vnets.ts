import { failed, invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import type { Section } from '../section-config.js'
import type { StoredContext } from '../stored/stored-handler.js'
import { sdnCollection } from './sdn-collection.js'
import { subnets, vnets, zones } from './sdn-files.js'

// pve-network API2/Network/SDN/Vnets.pm
export const vnetHandlers: readonly Handler[] = sdnCollection({
  path: '/cluster/sdn/vnets',
  id: 'vnet',
  file: vnets,
  kind: 'vnets',
  noun: 'vnet',
  missingNoun: 'sdn vnet',
  checksLate: true,
  authorize: authorizeVnet,
  maySee: (object, id, { rights }) => {
    const { zone, pending } = object
    const planned = typeof pending === 'object' && pending !== null && 'zone' in pending
    const name = String(zone ?? (planned ? pending.zone : ''))
    return rights.hasAny(`/sdn/zones/${name}/${id}`, ['SDN.Audit', 'SDN.Allocate'])
  },
  accept: (section, context, before) => {
    const hasSubnets = subnetsOf(section.id, context).length > 0
    if (before && hasSubnets && before.options.zone !== section.options.zone) {
      throw invalidParameters({ zone: "can't change zone if subnets exist" })
    }
    requireTag(section, context)
    if (isTrue(section.options.vlanaware) && hasSubnets) {
      throw invalidParameters({ vlanaware: 'vlanaware vnet is not compatible with subnets' })
    }
  },
  release: (id, context) => {
    if (subnetsOf(id, context).length > 0) {
      throw invalidParameters({ vnet: "Can't delete vnet if subnets exists" })
    }
  },
})

/** Throws unless there is the network and the caller may see or change it. $check_vnet_access */
export function authorizeVnet(id: string, context: StoredContext, changes: boolean): void {
  const vnet = vnets.sections(context.cluster.config).get(id)
  if (!vnet) throw failed(`sdn vnet '${id}' does not exist`)
  const privileges = changes ? ['SDN.Allocate'] : ['SDN.Audit', 'SDN.Allocate']
  context.rights.requireAny(`/sdn/zones/${vnet.options.zone ?? ''}/${id}`, privileges)
}

function subnetsOf(vnet: string, { cluster }: StoredContext): Section[] {
  return [...subnets.sections(cluster.config).values()].filter(
    ({ options }) => options.vnet === vnet,
  )
}

/** pve-network Network/SDN/Zones/*Plugin.pm: vnet_update_hook */
function requireTag(vnet: Section, { cluster }: StoredContext): void {
  const { zone = '', tag } = vnet.options
  const types = new Map([...zones.sections(cluster.config)].map(([id, { type }]) => [id, type]))
  const others = [...vnets.sections(cluster.config).values()].filter(({ id }) => id !== vnet.id)
  const inZone = others.filter(({ options }) => options.zone === zone)
  switch (types.get(zone)) {
    case undefined:
      throw failed('cannot lookup undefined type!')
    case 'simple':
      if (tag !== undefined) throw refuse('vlan tag is not allowed on simple zone')
      return
    case 'vlan': {
      if (tag === undefined) throw refuse('missing vlan tag')
      if (Number(tag) > 4096) throw refuse('vlan tag max value is 4096')
      const same = inZone.find(({ options }) => options.tag === tag)
      if (same) throw refuse(`tag ${tag} already exist in vnet ${same.id}`)
      return
    }
    case 'qinq': {
      if (Number(tag) > 4096) throw refuse('VLAN tag maximal value is 4096')
      const same = inZone.find(({ options }) => options.tag === tag)
      if (!same) return
      throw refuse(
        tag === undefined
          ? `tag-less vnet already exists in zone ${zone} vnet ${same.id}`
          : `tag ${tag} already exist in zone ${zone} vnet ${same.id}`,
      )
    }
    case 'vxlan':
    case 'evpn': {
      if (tag === undefined) throw refuse('missing vxlan tag')
      if (Number(tag) > 16_777_216) throw refuse('vxlan tag max value is 16777216')
      if (types.get(zone) === 'evpn' && isTrue(vnet.options.vlanaware)) {
        throw invalidParameters({
          'vlan-aware': "vlan-aware option can't be enabled with evpn",
        })
      }
      const same = others.find(
        ({ options }) =>
          options.tag === tag && /^(?:vxlan|evpn)$/.test(types.get(options.zone ?? '') ?? ''),
      )
      if (!same) return
      throw refuse(
        `vxlan tag ${tag} already exist in vnet ${same.id} in zone ${same.options.zone ?? ''} `,
      )
    }
    default:
  }
}

function refuse(text: string): Error {
  return invalidParameters({ tag: text })
}
