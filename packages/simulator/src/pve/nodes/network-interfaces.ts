/** A network interface as the product reads it from the node's configuration; other options by their names. */
export interface Interface {
  readonly type: string
  readonly method: string
  readonly method6: string
  readonly families: readonly string[]
  readonly priority?: number
  readonly autostart?: 1
  readonly exists?: 0 | 1 | null
  readonly active?: 1
  readonly [option: string]: unknown
}

type Draft = Record<string, unknown>

/** What `/etc/network/interfaces` says. */
export interface NetworkFile {
  readonly ifaces: Readonly<Record<string, Interface>>
  /** Lines of no interface, such as `source`, with the priority of their place. */
  readonly lines: readonly (readonly [priority: number, line: string])[]
}

export function parseInterfaces(text: string): Readonly<Record<string, Interface>> {
  return parseNetworkFile(text).ifaces
}

/**
 * Reads `/etc/network/interfaces`.
 *
 * pve-common Network/Interfaces.pm: __read_etc_network_interfaces
 */
export function parseNetworkFile(text: string): NetworkFile {
  const drafts = new Map<string, Draft>()
  const order = { priority: 2 }
  const others: [number, string][] = []
  const lines = text.split('\n').map((line) => line.trimEnd())
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? ''
    at += 1
    const auto = /^\s*(?:allow-auto|auto|allow-ovs|allow-hotplug)\s+(.*)$/.exec(line)?.[1]
    const stanza = /^\s*iface\s+(\S+)(?:\s+(inet6?)\s+(\S+))?\s*$/.exec(line)
    if (auto !== undefined) {
      for (const name of auto.split(/\s+/)) draftOf(drafts, name).autostart = 1
    } else if (stanza) {
      const [, name = '', family, method] = stanza
      const draft = draftOf(drafts, name)
      draft.priority ??= order.priority++
      at = readStanza(lines, { at, draft, family, method })
    } else if (/\w/.test(line) && !/^\s*#/.test(line)) others.push([order.priority++, line])
  }
  if (!drafts.has('lo')) drafts.set('lo', { priority: 1, method: 'loopback', autostart: 1 })
  for (const [name, draft] of drafts) {
    if (isPhysical(name)) draft.exists = 1
    if (draft.autostart || isPhysical(name)) draft.active = 1
  }
  const ifaces = Object.fromEntries(
    [...drafts.keys()].toSorted().map((name) => [name, finish(name, drafts)]),
  )
  return { ifaces, lines: others }
}

function draftOf(drafts: Map<string, Draft>, name: string): Draft {
  let draft = drafts.get(name)
  if (!draft) drafts.set(name, (draft = {}))
  return draft
}

/** Reads the options of one stanza and returns where the next one begins. */
function readStanza(
  lines: readonly string[],
  {
    at: start,
    draft,
    family,
    method,
  }: {
    readonly at: number
    readonly draft: Draft
    readonly family: string | undefined
    readonly method: string | undefined
  },
): number {
  const suffix = family?.replace('inet', '') ?? ''
  draft.families = [...listOf(draft.families), family ?? null]
  if (family !== undefined) draft[`method${suffix}`] = method
  let at = start
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const comment = /^\s*#(.*?)\s*$/.exec(line)?.[1]
    if (comment !== undefined) {
      draft[`comments${suffix}`] = `${textOf(draft[`comments${suffix}`])}${comment}\n`
      continue
    }
    if (/^\s*(?:(?:iface|mapping|auto|source|source-directory)\s|allow-)/.test(line)) break
    const option = /^\s*(\S+)\s+(.+)$/.exec(line)
    if (!option?.[1] || option[2] === undefined) break
    readOption(draft, { name: renamed[option[1]] ?? option[1], value: option[2], family, line })
  }
  return at
}

const renamed: Readonly<Record<string, string>> = {
  ovs_mtu: 'mtu',
  'bond-slaves': 'slaves',
  bond_slaves: 'slaves',
  'bond-xmit-hash-policy': 'bond_xmit_hash_policy',
  'bond-mode': 'bond_mode',
  'bond-miimon': 'bond_miimon',
  'bridge-vlan-aware': 'bridge_vlan_aware',
  'bridge-fd': 'bridge_fd',
  'bridge-stp': 'bridge_stp',
  'bridge-ports': 'bridge_ports',
  'bridge-vids': 'bridge_vids',
}

const plain = new Set([
  'mtu',
  'ovs_type',
  'ovs_options',
  'ovs_bridge',
  'ovs_bonds',
  'ovs_ports',
  'bridge_fd',
  'bridge_vids',
  'bridge-access',
  'bridge-learning',
  'bridge-arp-nd-suppress',
  'bridge-unicast-flood',
  'bridge-multicast-flood',
  'bridge-disable-mac-learning',
  'bond_miimon',
  'bond_xmit_hash_policy',
  'bond-primary',
  'link-type',
  'uplink-id',
  'vlan-protocol',
  'vlan-raw-device',
  'vlan-id',
  'vxlan-id',
  'vxlan-svcnodeip',
  'vxlan-physdev',
  'vxlan-local-tunnelip',
])

const bondModes = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
]

function readOption(
  draft: Draft,
  {
    name,
    value,
    family,
    line,
  }: {
    readonly name: string
    readonly value: string
    readonly family: string | undefined
    readonly line: string
  },
): void {
  const suffix = family?.replace('inet', '') ?? ''
  if (/^(?:address|netmask|broadcast|gateway)$/.test(name)) {
    const isIpv6 = family === undefined && name !== 'netmask' && value.includes(':')
    draft[isIpv6 ? `${name}6` : name + suffix] = value
  } else if (plain.has(name)) draft[name] = value
  else if (name === 'slaves' || name === 'bridge_ports') {
    const devices = value.split(/\s+/).filter((device) => device !== 'none')
    const known = textOf(draft[name])
    draft[name] = [known, ...new Set(devices.toSorted())].filter((part) => part !== '').join(' ')
  } else if (name === 'bridge_stp') draft[name] = /^\s*(?:on|yes)\s*$/i.test(value) ? 'on' : 'off'
  else if (name === 'bridge_vlan_aware') draft[name] = 1
  else if (name === 'bond_mode') draft[name] = bondModes[Number(value)] ?? value
  else if (name === 'vxlan-remoteip') draft[name] = [...listOf(draft[name]), value]
  else draft[`options${suffix}`] = [...listOf(draft[`options${suffix}`]), line.trim()]
}

/** What follows from the name of an interface and from its options. */
function finish(name: string, drafts: ReadonlyMap<string, Draft>): Interface {
  const draft: Draft = { ...drafts.get(name) }
  const type = typeOf(name, draft)
  if (type === 'bridge') {
    draft.bridge_stp ??= 'off'
    if (draft.bridge_stp === 'off') draft.bridge_fd ??= 0
  }
  if (type === 'vlan') {
    const [, device, id] = /^(\S+)\.(\d+)$/.exec(name) ?? /^(vlan)(\d+)$/.exec(name) ?? []
    if (name.includes('.')) draft['vlan-raw-device'] ??= device
    if (id && Number(id) > 0) draft['vlan-id'] = id
  }
  if (type === 'vlan' || type === 'alias') {
    const below = type === 'alias' ? name.split(':')[0] : textOf(draft['vlan-raw-device'])
    const raw = drafts.get(below ?? '')
    draft.exists = raw ? (raw.exists ?? null) : 0
  }
  shorten(draft, '')
  shorten(draft, '6')
  const { comments = '', comments6 = '', families, method, method6, ...options } = draft
  const comment = textOf(comments) + textOf(comments6)
  const familyNames = listOf(families)
  return {
    ...options,
    type,
    method: textOf(method) || 'manual',
    method6: textOf(method6) || 'manual',
    families: familyNames.length > 0 ? familyNames.map(String) : ['inet'],
    ...(comment !== '' && { comments: comment }),
  }
}

function typeOf(name: string, draft: Draft): string {
  const ovs = textOf(draft.ovs_type)
  if (draft.bridge_ports !== undefined) return 'bridge'
  if (ovs === 'OVSBridge') return ovs
  if (/^bond\d+$/.test(name)) return ovs === '' ? 'bond' : ovs === 'OVSBond' ? ovs : 'unknown'
  if (/^\S+:\d+$/.test(name)) return 'alias'
  if (/^\S+\.\d+$/.test(name) || draft['vlan-raw-device'] !== undefined) return 'vlan'
  if (isPhysical(name)) return ovs === '' ? 'eth' : ovs === 'OVSPort' ? ovs : 'unknown'
  if (name === 'lo') return 'loopback'
  if (draft['vxlan-id'] !== undefined) return 'vxlan'
  if (ovs === 'OVSIntPort') return ovs
  return draft['link-type'] === 'dummy' ? 'dummy' : 'unknown'
}

/** pve-common Network.pm: $PHYSICAL_NIC_RE */
function isPhysical(name: string): boolean {
  return /^(?:eth\d+|en[^:.]+|ib[^:.]+|nic\d+|if\d+)$/.test(name)
}

/** Address and netmask to one text and its parts. */
function shorten(draft: Draft, suffix: '' | '6'): void {
  const address = textOf(draft[`address${suffix}`])
  if (address === '') return
  const [base = '', length] = address.split('/')
  const mask = length ?? prefixLength(textOf(draft[`netmask${suffix}`]))
  if (mask !== undefined) {
    draft[`address${suffix}`] = base
    draft[`netmask${suffix}`] = mask
  }
  draft[`cidr${suffix}`] = `${base}/${mask ?? (suffix === '6' ? '128' : '32')}`
}

/** Of a netmask such as `255.255.255.0` or `24`. */
function prefixLength(mask: string): string | undefined {
  if (/^\d+$/.test(mask)) return mask
  if (!/^\d+(?:\.\d+){3}$/.test(mask)) return undefined
  const bits = mask.split('.').map((byte) => Number(byte).toString(2).padStart(8, '0'))
  return String(bits.join('').indexOf('0') < 0 ? 32 : bits.join('').indexOf('0'))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
