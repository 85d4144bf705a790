import { describe, expect, test } from 'vitest'
import { listDefinitions, loadDefinition } from '../load-definition.js'
import { checkFormat } from './check-format.js'

describe('formats: those of single products and versions', () => {
  test.each(listDefinitions())('every format that $product $version names is known', (id) => {
    const names = formatsOf([...loadDefinition(id).methods()])
    const unknown = [...names].filter((name) => checkFormat(name, 'x')?.startsWith('undefined'))
    expect(unknown).toEqual([])
  })

  test.each<[string, string[]]>([
    ['FullRangeCIDR', ['0.0.0.0/0', '::/0', '10.0.0.1/32']],
    ['FullRangeCIDRv4', ['10.0.0.0/7']],
    ['FullRangeCIDRv6', ['fd00::/7']],
    ['pve-sdn-route-map-id', ['a', '1-_b', 'pve', `a${'b'.repeat(31)}`]],
    ['pve-sdn-prefix-list-id', ['only', 'a-']],
    ['pve-sdn-wireguard-iface-name', ['wg0', '0', '123456-', '12345678']],
    ['pve-sdn-fabric-wireguard-interface', ['name=wg0,ip=10.0.0.1/24,listen_port=51820']],
    ['pve-sdn-zone-id', ['z1', 'abcdefgh']],
    ['pve-sdn-vnet-id', ['vnet0\n']],
    ['pve-sdn-ipam-id', ['averylongname']],
    ['pve-sdn-dns-id', ['pdns']],
    ['pve-sdn-controller-id', ['evpn_1-a']],
    ['pve-ha-group-node-list', ['pve1:2,pve2']],
    ['pve-qm-usb-device', ['spice', 'SPICE', '1-2.3', '0x1234:abcd']],
    ['string-alist', ['', 'a\0b']],
    ['pmg-userid', ['a@pam', `${'a'.repeat(124)}@pmg`]],
    ['pmg-realm', ['', 'nope']],
    [
      'pmg-dkim-record',
      ['s._domainkey\tIN\tTXT\t( "v=DKIM1; h=sha256; k=rsa; "\n"p=x" )  ; ----- DKIM key s'],
    ],
    ['pmg-postfix-queue-id', ['4F0A1B2C3D', '!!abcdefgh!!']],
    ['pmg-certificate-type-list', ['api smtp', '']],
    ['pmg-acme-domain', ['*.a.b', 'a_.b-']],
    ['pmg-acme-alias', ['_a.b']],
    ['transport-domain', ['.example.org', 'a']],
    ['transport-domain-or-email', ['a@b.c', 'ä@b', '.a']],
    ['transport-domain-or-nexthop', ['.a.b', '[10.0.0.1]', 'ipv6:::1', '::1']],
    ['transport-address', ['IPv6:::1', '10.0.0.1', 'host']],
    ['dnsbl-entry', ['a.b', 'a.b=127.0.0.2', 'a=127.0.[0..9].1*-2', 'a:=1:.2.3.4', 'a*5']],
    ['tls-policy', ['may', 'dane-only', 'secure match=x']],
    ['tls-policy-strict', ['may', 'verify\n']],
  ])('%s', (format, values) => {
    for (const value of values)
      expect([value, checkFormat(format, value)]).toEqual([value, undefined])
  })

  test.each<[string, string, string]>([
    ['FullRangeCIDR', '10.0.0.0/33', 'value does not look like a valid CIDR network\n'],
    ['FullRangeCIDRv4', '::/0', 'value does not look like a valid IPv4 CIDR network\n'],
    ['FullRangeCIDRv6', '::/129', 'value does not look like a valid IPv6 CIDR network\n'],
    [
      'pve-sdn-route-map-id',
      'pve_x',
      "route map ID 'pve_x' is currently reserved and cannot be used\n",
    ],
    ['pve-sdn-route-map-id', '-a', "route map ID '-a' contains illegal characters\n"],
    [
      'pve-sdn-prefix-list-id',
      'only_default',
      "prefix list ID 'only_default' is currently reserved and cannot be used\n",
    ],
    [
      'pve-sdn-wireguard-iface-name',
      'wireguard0',
      "WireGuard interface name 'wireguard0' contains illegal characters or exceeds the eight character limit\n",
    ],
    ['pve-sdn-zone-id', 'z', "zone ID 'z' contains illegal characters\n"],
    [
      'pve-sdn-vnet-id',
      'abcdefghi',
      "vnet ID 'abcdefghi' can't be more length than 8 characters\n",
    ],
    ['pve-ha-group-node', 'a.b', 'value does not look like a valid ha group node\n'],
    ['pve-qm-usb-device', '0', 'unable to parse usb device\n'],
    ['pmg-userid', '0', "user name '' is too short\n"],
    [
      'pmg-userid',
      `${'a'.repeat(125)}@pmg`,
      `user name '${'a'.repeat(125)}@pmg' is too long (129 > 128)\n`,
    ],
    ['pmg-dkim-record', 'v=DKIM1', 'value does not look like a valid DKIM TXT record\n'],
    ['pmg-postfix-queue-id', 'abc', 'value does not look like a valid postfix queue-id\n'],
    ['pmg-certificate-type', 'API', "value 'API' does not look like a valid certificate type\n"],
    ['transport-domain', '..a', 'value does not look like a valid transport domain\n'],
    [
      'transport-domain-or-email',
      'a b@c',
      'value does not look like a valid transport domain or email address\n',
    ],
    [
      'transport-domain-or-nexthop',
      'host_1:25',
      'value does not look like a valid domain or next-hop\n',
    ],
    ['transport-address', '[::1]', 'value does not look like a valid address\n'],
    ['dnsbl-entry', 'a=127.0.0', "value 'a=127.0.0' does not look like a valid dnsbl entry\n"],
    ['tls-policy', 'nonesuch', "value 'nonesuch' does not look like a valid tls policy\n"],
    ['tls-policy-strict', 'may x', "value 'may x' does not look like a valid tls policy\n"],
  ])('%s refuses %j', (format, value, message) => {
    expect(checkFormat(format, value)).toBe(message)
  })
})

function formatsOf(tree: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof tree !== 'object' || tree === null) return found
  if ('format' in tree && typeof tree.format === 'string') found.add(tree.format)
  for (const member of Object.values(tree)) formatsOf(member, found)
  return found
}
