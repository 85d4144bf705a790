import { randomBytes } from 'node:crypto'
import type { ConfigTree } from '../../engine/config-tree.js'
import { readDatacenterConfig } from '../cluster/datacenter-config.js'

/** A new hardware address with the prefix of the datacenter. pve-common Tools.pm: random_ether_addr */
export function randomMac(config: ConfigTree): string {
  const bytes = [...randomBytes(6)]
  // A locally administered address of a single station.
  bytes[0] = ((bytes[0] ?? 0) & 0xfe) | 2
  const address = bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(':')
  const { mac_prefix: prefix } = readDatacenterConfig(config)
  return typeof prefix === 'string' ? prefix.toUpperCase() + address.slice(prefix.length) : address
}
