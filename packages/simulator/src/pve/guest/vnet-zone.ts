import type { ConfigTree } from '../../engine/config-tree.js'

/** The zone that a bridge or virtual network belongs to. pve-guest-common GuestHelpers.pm: check_vnet_access */
export function zoneOfVnet(config: ConfigTree, vnet: string): string {
  return config.parse('sdn/vnets.cfg', readZones).get(vnet) ?? 'localnetwork'
}

function readZones(text: string): ReadonlyMap<string, string> {
  const zones = new Map<string, string>()
  let vnet = ''
  for (const line of text.split('\n')) {
    vnet = /^vnet:\s*(\S+)/.exec(line)?.[1] ?? vnet
    const zone = /^\s+zone\s+(\S+)/.exec(line)?.[1]
    if (zone) zones.set(vnet, zone)
  }
  return zones
}
