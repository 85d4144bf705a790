import { isIPv6 } from 'node:net'
import { failed, invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue, splitList } from '../config-text.js'
import type { Cluster } from '../cluster.js'
import { reloadNetworks } from '../sdn/node-status.js'
import type { NodeState } from '../state.js'
import { stored, text, type StoredParams } from '../stored/stored-handler.js'
import { formatInterfaces, portsOf, textOf, type Draft } from './format-interfaces.js'
import { parseNetworkFile, type NetworkFile } from './network-interfaces.js'

const path = '/nodes/{node}/network'
const current = '/etc/network/interfaces'
const pending = '/etc/network/interfaces.new'

// pve-manager API2/Network.pm: create_network
const create = stored('POST', path, ({ params: given, cluster, node }) => {
  const { node: _, iface, ...params } = given
  const name = text({ iface }, 'iface')
  change(cluster, node, (ifaces) => {
    if (ifaces.has(name)) throw invalidParameters({ iface: 'interface already exists' })
    const draft = checked(ifaces, name, params)
    if (textOf(draft.type).startsWith('OVS')) {
      throw failed("Open VSwitch is not installed (need package 'openvswitch-switch')")
    }
    ifaces.set(name, { ...draft, families: familiesOf(draft) })
  })
})

// pve-manager API2/Network.pm: update_network
const update = stored('PUT', `${path}/{iface}`, ({ params: given, cluster, node }) => {
  const { node: _, iface, delete: removed, ...params } = given
  const name = text({ iface }, 'iface')
  change(cluster, node, (ifaces) => {
    const present = ifaces.get(name)
    if (!present) throw invalidParameters({ iface: 'interface does not exist' })
    const left: Draft = { ...present }
    for (const option of splitList(text({ removed }, 'removed'))) {
      const [, suffix] = /^cidr(6?)$/.exec(option) ?? []
      if (suffix !== undefined) {
        delete left[`netmask${suffix}`]
        delete left[`address${suffix}`]
      }
      delete left[option]
    }
    const draft = checked(ifaces, name, params)
    ifaces.set(name, { ...left, ...draft, families: familiesOf(draft) })
  })
})

// pve-manager API2/Network.pm: delete_network
const remove = stored('DELETE', `${path}/{iface}`, ({ params, cluster, node }) => {
  const name = text(params, 'iface')
  change(cluster, node, (ifaces) => {
    if (!ifaces.delete(name)) throw invalidParameters({ iface: 'interface does not exist' })
  })
})

// pve-manager API2/Network.pm: revert_network_changes
const revert = stored('DELETE', path, ({ cluster, node }) => {
  cluster.state.writeNodeFile(node, pending, undefined)
})

// pve-manager API2/Network.pm: reload_network_config
const reload = stored('PUT', path, ({ cluster, node, startTask }) => {
  return startTask('srvreload', 'networking', () => {
    reloadNetworks(cluster, node)
    const next = cluster.node(node).files[pending]
    if (next === undefined) return
    cluster.state.writeNodeFile(node, current, next)
    cluster.state.writeNodeFile(node, pending, undefined)
  })
})

export const networkChangeHandlers: readonly Handler[] = [create, update, remove, revert, reload]

/** The configuration as it will be. */
export function readNetwork({ files }: NodeState): NetworkFile {
  return parseNetworkFile(files[pending] ?? files[current] ?? '')
}

/** How the configuration as it will be differs from what is in force. pve-common INotify.pm: read_file */
export async function pendingChanges({ files }: NodeState): Promise<string | undefined> {
  const before = files[current] ?? ''
  const after = files[pending] ?? before
  if (before === after) return undefined
  // Loaded only here: most networks are left as they are.
  const { createTwoFilesPatch } = await import('diff')
  return createTwoFilesPatch(current, pending, before, after).replace(/^=+\n/, '')
}

function change(cluster: Cluster, node: string, apply: (ifaces: Map<string, Draft>) => void): void {
  const { ifaces, lines } = readNetwork(cluster.node(node))
  const drafts = new Map(
    Object.entries(ifaces).map(([name, data]): [string, Draft] => [name, { ...data }]),
  )
  apply(drafts)
  cluster.state.writeNodeFile(node, pending, formatInterfaces(drafts, lines))
}

/** What a call gives for an interface, fit to be written. */
function checked(ifaces: ReadonlyMap<string, Draft>, name: string, params: StoredParams): Draft {
  for (const [option, what] of [
    ['gateway', 'Default gateway'],
    ['gateway6', 'Default ipv6 gateway'],
  ] as const) {
    if (!isTrue(text(params, option))) continue
    for (const [other, draft] of ifaces) {
      if (other === name || !draft[option]) continue
      throw invalidParameters({ [option]: `${what} already exists on interface '${other}'.` })
    }
  }
  requireFreePorts(ifaces, name, { ...params })
  const draft: Draft = { ...params }
  for (const suffix of ['', '6']) splitCidr(draft, suffix)
  requireIpv6(draft)
  const vids = draft.bridge_vids
  if (typeof vids === 'string' && vids !== '') {
    const list = splitList(vids)
    if (list.length === 0) throw invalidParameters({ bridge_vids: 'VLAN list items are empty' })
    draft.bridge_vids = list.join(' ')
  }
  draft.method = draft.address ? 'static' : 'manual'
  draft.method6 = draft.address6 ? 'static' : 'manual'
  return draft
}

function requireFreePorts(ifaces: ReadonlyMap<string, Draft>, name: string, params: Draft): void {
  const wanted = new Set(portsOf(params))
  const option = ['bridge_ports', 'ovs_ports', 'slaves', 'ovs_bonds'].find((one) => params[one])
  if (option === undefined) return
  for (const [other, draft] of ifaces) {
    const taken = other === name ? undefined : portsOf(draft).find((port) => wanted.has(port))
    if (taken === undefined) continue
    throw invalidParameters({ [option]: `${taken} is already used on interface '${other}'.` })
  }
}

/** pve-manager API2/Network.pm: $map_cidr_to_address_netmask */
function splitCidr(draft: Draft, suffix: string): void {
  const cidr = textOf(draft[`cidr${suffix}`])
  if (cidr === '') return
  for (const option of ['address', 'netmask']) {
    if (draft[option + suffix] === undefined) continue
    const name = option + suffix
    throw invalidParameters({ [name]: `${name} conflicts with cidr${suffix}` })
  }
  const [, address, netmask] = /^(.*)\/(\d+)$/.exec(cidr) ?? []
  draft[`address${suffix}`] = address
  draft[`netmask${suffix}`] = netmask
  delete draft[`cidr${suffix}`]
}

/** pve-manager API2/Network.pm: $check_ipv6_settings */
function requireIpv6({ address6, netmask6 }: Draft): void {
  const address = textOf(address6)
  if (address === '') return
  const length = Number(textOf(netmask6))
  if (!(length >= 0 && length <= 128)) {
    throw invalidParameters({
      netmask: `${textOf(netmask6)} is not a valid subnet length for ipv6`,
    })
  }
  if (!isIPv6(address)) {
    throw invalidParameters({ address: `${address} is not a valid host IPv6 address.` })
  }
}

function familiesOf({ address, address6 }: Draft): string[] {
  const families = [...(address ? ['inet'] : []), ...(address6 ? ['inet6'] : [])]
  return families.length > 0 ? families : ['inet']
}
