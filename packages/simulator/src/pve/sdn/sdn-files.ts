import { parameterSchemas } from '../stored/collection.js'
import { optionsOf } from '../stored/option-names.js'
import { schemaFormat, SectionFile } from '../stored/section-file.js'

const zoneOptions = 'nodes dns reversedns dnszone ipam'
const root = '/cluster/sdn'

function sdnFile(
  name: string,
  types: Parameters<typeof schemaFormat>[0],
  paths: readonly string[],
): SectionFile {
  return new SectionFile(`sdn/${name}.cfg`, () => schemaFormat(types, parameterSchemas(paths)))
}

/** pve-network Network/SDN/Zones/*Plugin.pm: options */
export const zones: SectionFile = sdnFile(
  'zones',
  {
    simple: optionsOf('', `${zoneOptions} mtu dhcp`),
    vlan: optionsOf('bridge', `${zoneOptions} mtu bridge-disable-mac-learning`),
    qinq: optionsOf('tag bridge', `${zoneOptions} mtu bridge-disable-mac-learning vlan-protocol`),
    vxlan: optionsOf('', `${zoneOptions} mtu peers vxlan-port fabric`),
    evpn: optionsOf(
      'vrf-vxlan controller',
      `${zoneOptions} mtu mac exitnodes exitnodes-local-routing exitnodes-primary advertise-subnets ` +
        'disable-arp-nd-suppression bridge-disable-mac-learning rt-import vxlan-port',
    ),
    faucet: optionsOf('dp-id controller', zoneOptions),
  },
  [`${root}/zones`, `${root}/zones/{zone}`],
)

/** pve-network Network/SDN/VnetPlugin.pm: options */
export const vnets: SectionFile = sdnFile(
  'vnets',
  { vnet: optionsOf('zone', 'tag alias vlanaware isolate-ports') },
  [`${root}/vnets`, `${root}/vnets/{vnet}`],
)

/** pve-network Network/SDN/SubnetPlugin.pm: options */
export const subnets: SectionFile = sdnFile(
  'subnets',
  { subnet: optionsOf('vnet', 'gateway snat dnszoneprefix dhcp-range dhcp-dns-server') },
  [`${root}/vnets/{vnet}/subnets`, `${root}/vnets/{vnet}/subnets/{subnet}`],
)

/** pve-network Network/SDN/Controllers/*Plugin.pm: options */
export const controllers: SectionFile = sdnFile(
  'controllers',
  {
    evpn: optionsOf('asn', 'peers fabric'),
    bgp: optionsOf('node asn peers', 'bgp-multipath-as-path-relax ebgp ebgp-multihop loopback'),
    isis: optionsOf('isis-domain isis-net isis-ifaces node', 'loopback'),
  },
  [`${root}/controllers`, `${root}/controllers/{controller}`],
)

/** pve-network Network/SDN/Ipams/*Plugin.pm: options */
export const ipams: SectionFile = sdnFile(
  'ipams',
  {
    pve: {},
    netbox: optionsOf('url token', 'fingerprint'),
    phpipam: optionsOf('url token section', 'fingerprint'),
  },
  [`${root}/ipams`, `${root}/ipams/{ipam}`],
)

/** pve-network Network/SDN/Dns/PowerdnsPlugin.pm: options */
export const dns: SectionFile = sdnFile(
  'dns',
  { powerdns: optionsOf('url key', 'ttl reversemaskv6 fingerprint') },
  [`${root}/dns`, `${root}/dns/{dns}`],
)
