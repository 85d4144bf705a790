import type { Rights } from '../access/rights.js'
import type { ConfigTree } from '../../engine/config-tree.js'
import { zoneOfVnet } from './vnet-zone.js'

/** Whose rights are asked for, on which guest. A pool counts only while the guest is being made. */
export interface RightsOn {
  readonly rights: Rights
  readonly vmid: number
  readonly pool?: string | undefined
}

/** RPCEnvironment.pm: check_vm_perm */
export function requireOnGuest(
  { rights, vmid, pool }: RightsOn,
  ...privileges: readonly string[]
): void {
  if (pool && rights.has(`/pool/${pool}`, ...privileges)) return
  rights.require(`/vms/${vmid}`, ...privileges)
}

/** What a network device says of the network that it is on. */
export interface NetworkUse {
  readonly bridge?: string | undefined
  readonly tag?: string | undefined
  readonly trunks?: string | undefined
}

/** Throws unless the caller may use a network. pve-guest-common GuestHelpers.pm: check_vnet_access */
export function requireVnetAccess(
  { bridge, tag, trunks }: NetworkUse,
  { rights, config }: { readonly rights: Rights; readonly config: ConfigTree },
): void {
  if (bridge === undefined) return
  const path = `/sdn/zones/${zoneOfVnet(config, bridge)}/${bridge}`
  if (tag) rights.require(`${path}/${tag}`, 'SDN.Use')
  if (trunks) for (const vlan of vlansOf(trunks)) rights.require(`${path}/${vlan}`, 'SDN.Use')
  if (!tag && !trunks) rights.require(path, 'SDN.Use')
}

function vlansOf(trunks: string): string[] {
  const vlans = trunks.split(';').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => String(first + index))
  })
  return [...new Set(vlans)].toSorted()
}
