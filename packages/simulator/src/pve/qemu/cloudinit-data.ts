import { createHash } from 'node:crypto'
import { failed } from '../../engine/fault.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { readIpConfig, readNetwork } from './network.js'
import { readSshKeys } from '../guest/ssh-keys.js'

export interface CloudinitSource {
  readonly vmid: number
  readonly section: ReadonlySection
  /** Text of the node's `/etc/resolv.conf`, for guests that name no servers of their own. */
  readonly resolvConf: string
  readonly masksPassword?: boolean
}

/**
 * What a cloud-init drive says, in the words of the format that the guest reads; its parts are `user`, `network` and
 * `meta`. Cloudinit.pm: dump_cloudinit_config
 */
export function cloudinitData(part: string, source: CloudinitSource): string {
  if (part === 'user') return userData(source)
  const isNoCloud = formatOf(source.section) === 'nocloud'
  const network = isNoCloud ? noCloudNetwork(source) : configDriveNetwork(source)
  if (part === 'network') return network
  // The password counts as it is, or the identifier would be another.
  const user = userData({ ...source, masksPassword: false })
  const id = createHash('sha1')
    .update(user + network)
    .digest('hex')
  return isNoCloud ? `instance-id: ${id}\n` : configDriveMetadata(id)
}

/** Cloudinit.pm: get_cloudinit_format */
function formatOf(section: ReadonlySection): string {
  const isWindows = /^(?:wxp|w2k|wvista|win)/.test(section.get('ostype') ?? '')
  return section.get('citype') ?? (isWindows ? 'configdrive2' : 'nocloud')
}

/** Cloudinit.pm: cloudinit_userdata */
function userData({ vmid, section, masksPassword = false }: CloudinitSource): string {
  const { host, domainName } = namesOf(section, vmid)
  const user = section.get('ciuser')
  const password = section.get('cipassword')
  const keys = readSshKeys(section.get('sshkeys'))
  return lines([
    '#cloud-config',
    `hostname: ${host}`,
    'manage_etc_hosts: true',
    `fqdn: ${domainName}`,
    ...(user === undefined ? [] : [`user: ${user}`]),
    ...(user === 'root' ? ['disable_root: False'] : []),
    ...(password === undefined ? [] : [`password: ${masksPassword ? '**********' : password}`]),
    ...(keys ? ['ssh_authorized_keys:', ...keys.map((key) => `  - ${key}`)] : []),
    'chpasswd:',
    '  expire: False',
    ...(user === 'root' ? [] : ['users:', '  - default']),
    ...(section.get('ciupgrade') === '0' ? [] : ['package_upgrade: true']),
  ])
}

/** Cloudinit.pm: get_hostname_fqdn */
function namesOf(section: ReadonlySection, vmid: number): { host: string; domainName: string } {
  const name = section.get('name') ?? `VM${vmid}`
  const domain = section.get('searchdomain')
  const [host = name] = name.split('.')
  if (name.includes('.')) return { host, domainName: name }
  return { host, domainName: domain ? `${name}.${domain}` : name }
}

/** Cloudinit.pm: nocloud_network */
function noCloudNetwork(source: CloudinitSource): string {
  const { domains, servers } = nameServices(source)
  return lines(
    [
      'version: 1',
      'config:',
      ...interfacesOf(source.section).flatMap(({ id, address, config }) => {
        if (address === '') throw failed(`network interface 'net${id}' has no mac address`)
        return [
          '- type: physical',
          `  name: eth${id}`,
          `  mac_address: '${address}'`,
          '  subnets:',
          ...indented(noCloudSubnets(config)),
        ]
      }),
      '- type: nameserver',
      ...(servers.length > 0 ? ['  address:', ...quotedList(servers)] : []),
      ...(domains.length > 0 ? ['  search:', ...quotedList(domains)] : []),
    ].map((line, index) => (index < 2 ? line : `    ${line}`)),
  )
}

function noCloudSubnets({ ip, gw, ip6, gw6 }: AddressConfig): string[] {
  const subnets: string[] = []
  if (ip === 'dhcp') subnets.push('- type: dhcp4')
  else if (ip !== undefined) {
    const { address, mask } = splitIpv4(ip)
    subnets.push('- type: static', `  address: '${address}'`, `  netmask: '${mask}'`)
    if (gw !== undefined) subnets.push(`  gateway: '${gw}'`)
  }
  if (ip6 === 'dhcp') subnets.push('- type: dhcp6')
  else if (ip6 === 'auto') subnets.push('- type: ipv6_slaac')
  else if (ip6 !== undefined) {
    subnets.push('- type: static6', `  address: '${ip6}'`)
    if (gw6 !== undefined) subnets.push(`  gateway: '${gw6}'`)
  }
  return subnets
}

/** Cloudinit.pm: configdrive2_network */
function configDriveNetwork(source: CloudinitSource): string {
  const { domains, servers } = nameServices(source)
  return lines([
    'auto lo',
    'iface lo inet loopback',
    '',
    ...(servers.length > 0 ? [`        dns_nameservers ${servers.join(' ')}`] : []),
    ...(domains.length > 0 ? [`        dns_search ${domains.join(' ')}`] : []),
    ...interfacesOf(source.section).flatMap(({ id, config }) => [
      `auto eth${id}`,
      ...configDriveAddresses(`eth${id}`, config),
    ]),
  ])
}

function configDriveAddresses(name: string, { ip, gw, ip6, gw6 }: AddressConfig): string[] {
  const text: string[] = []
  if (ip === 'dhcp') text.push(`iface ${name} inet dhcp`)
  else if (ip) {
    const { address, mask } = splitIpv4(ip)
    text.push(`iface ${name} inet static`, `        address ${address}`, `        netmask ${mask}`)
    if (gw) text.push(`        gateway ${gw}`)
  }
  if (ip6 === 'auto' || ip6 === 'dhcp') text.push(`iface ${name} inet6 ${ip6}`)
  else if (ip6) {
    const [address = '', length = ''] = ip6.split('/')
    text.push(`iface ${name} inet6 static`)
    text.push(`        address ${address}`, `        netmask ${length}`)
    if (gw6) text.push(`        gateway ${gw6}`)
  }
  return text
}

/** Cloudinit.pm: configdrive2_metadata */
function configDriveMetadata(id: string): string {
  return lines([
    '{',
    `     "uuid": "${id}",`,
    '     "network_config": { "content_path": "/content/0000" }',
    '}',
  ])
}

type AddressConfig = Readonly<Partial<Record<'ip' | 'gw' | 'ip6' | 'gw6', string>>>

interface ConfiguredInterface {
  readonly id: number
  readonly address: string
  readonly config: AddressConfig
}

/** Network devices that cloud-init is told of, sorted as text. */
function interfacesOf(section: ReadonlySection): ConfiguredInterface[] {
  const names = [...section.keys()].filter((name) => /^net\d+$/.test(name)).toSorted()
  return names.flatMap((name) => {
    const id = Number(name.slice(3))
    const config = section.get(`ipconfig${id}`)
    const { macaddr = '' } = readNetwork(section.get(name) ?? '')
    return config ? [{ id, address: macaddr.toLowerCase(), config: readIpConfig(config) }] : []
  })
}

/** Cloudinit.pm: get_dns_conf */
function nameServices({ section, resolvConf }: CloudinitSource): {
  readonly domains: readonly string[]
  readonly servers: readonly string[]
} {
  const own = section.get('nameserver')
  const ofHost = Array.from(
    resolvConf.matchAll(/^nameserver\s+(\S+)/gm),
    ([, server = '']) => server,
  )
  const domain = /^(?:search|domain)\s+(\S+)/m.exec(resolvConf)?.[1]
  return {
    domains: wordsOf(section.get('searchdomain') ?? domain ?? ''),
    servers: own === undefined ? ofHost.slice(0, 3) : wordsOf(own),
  }
}

function splitIpv4(text: string): { address: string; mask: string } {
  const [address = '', length] = text.split('/')
  if (length === undefined) throw failed(`not a CIDR: ${text}`)
  const bits = Number(length)
  const octets = [0, 8, 16, 24].map((at) => 256 - 2 ** (8 - Math.min(8, Math.max(0, bits - at))))
  return { address, mask: octets.join('.') }
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean)
}

function quotedList(items: readonly string[]): string[] {
  return items.map((item) => `  - '${item}'`)
}

function indented(text: readonly string[]): string[] {
  return text.map((line) => `  ${line}`)
}

function lines(text: readonly string[]): string {
  return text.map((line) => `${line}\n`).join('')
}
