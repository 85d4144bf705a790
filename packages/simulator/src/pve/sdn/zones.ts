import { failed, invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { randomMac } from '../guest/random-mac.js'
import type { Section } from '../section-config.js'
import type { StoredContext } from '../stored/stored-handler.js'
import { builtInIpam } from './ipams.js'
import { sdnCollection } from './sdn-collection.js'
import { controllers, dns, ipams, subnets, vnets, zones } from './sdn-files.js'

// pve-network API2/Network/SDN/Zones.pm
export const zoneHandlers: readonly Handler[] = sdnCollection({
  path: '/cluster/sdn/zones',
  id: 'zone',
  file: zones,
  kind: 'zones',
  noun: 'zone',
  maySee: (_, id, { rights }) => rights.hasAny(`/sdn/zones/${id}`, ['SDN.Audit', 'SDN.Allocate']),
  accept: (section, context, before) => {
    if (before) requireSameIpam(section, before, context)
    requireServers(section, context)
    if (section.type === 'vxlan') requirePeers(section)
    return section.type === 'evpn' ? completeEvpn(section, context) : section
  },
  release: (id, { cluster }) => {
    for (const [vnet, { options }] of vnets.sections(cluster.config)) {
      if (options.zone === id) throw failed(`zone ${id} is used by vnet ${vnet}`)
    }
  },
})

function requireServers({ options }: Section, { cluster }: StoredContext): void {
  const servers = dns.sections(cluster.config)
  for (const name of ['dns', 'reversedns']) {
    const server = options[name]
    if (isTrue(server) && !servers.has(server)) {
      throw invalidParameters({ [name]: `${server} don't exist` })
    }
  }
  if (isTrue(options.dnszone) && !isTrue(options.dns)) {
    throw invalidParameters({ dnszone: 'missing dns server' })
  }
  const { ipam } = options
  if (isTrue(ipam) && ipam !== builtInIpam.id && !ipams.sections(cluster.config).has(ipam)) {
    throw invalidParameters({ ipam: `${ipam} not existing` })
  }
}

function requireSameIpam(section: Section, before: Section, { cluster }: StoredContext): void {
  if ((section.options.ipam ?? '') === (before.options.ipam ?? '')) return
  for (const id of subnets.sections(cluster.config).keys()) {
    if (!id.startsWith(`${section.id}-`)) continue
    throw invalidParameters({
      ipam: "can't change ipam if a subnet is already defined in this zone",
    })
  }
}

/** pve-network Network/SDN/Zones/VxlanPlugin.pm: on_update_hook */
function requirePeers({ options }: Section): void {
  if (isTrue(options.peers) !== isTrue(options.fabric)) return
  const text = 'must have exactly one of peers / fabric defined'
  throw invalidParameters({ fabric: text, peers: text })
}

/** pve-network Network/SDN/Zones/EvpnPlugin.pm: on_update_hook */
function completeEvpn(section: Section, { cluster }: StoredContext): Section {
  const { options } = section
  const name = options.controller ?? ''
  const controller = controllers.sections(cluster.config).get(name)
  if (!controller) throw failed(`controller ${name} don't exist`)
  if (controller.type !== 'evpn') throw failed(`${name} is not a evpn controller type`)
  const vxlan = options['vrf-vxlan'] ?? ''
  for (const [id, other] of zones.sections(cluster.config)) {
    if (id !== section.id && other.options['vrf-vxlan'] === vxlan) {
      throw failed(`vrf-vxlan ${vxlan} is already declared in ${id}`)
    }
  }
  if (options.mac !== undefined) return section
  return { ...section, options: { ...options, mac: randomMac(cluster.config) } }
}
