import type { Schema } from '../model.js'

export const LXC_SHAPES: Readonly<Record<string, Schema>> = {
  // pve-container LXC/Config.pm: $mp_desc
  'pve-ct-mountpoint': {
    type: 'object',
    defaultKey: 'volume',
    properties: {
      acl: { type: 'boolean', optional: true },
      backup: { type: 'boolean', optional: true },
      idmap: {
        type: 'string',
        optional: true,
        pattern:
          '(?:^(?:passthrough|[ug]:[0-9]+:[0-9]+:[1-9][0-9]*(?:;[ug]:[0-9]+:[0-9]+:[1-9][0-9]*)*)$)',
      },
      keepattrs: { type: 'boolean', optional: true, default: false },
      mountoptions: {
        type: 'string',
        optional: true,
        pattern:
          '(?:(?:(discard|lazytime|noatime|nodev|noexec|nosuid))(;(?:(discard|lazytime|noatime|nodev|noexec|nosuid)))*)',
      },
      mp: { type: 'string', format: 'pve-lxc-mp-string' },
      quota: { type: 'boolean', optional: true },
      replicate: { type: 'boolean', optional: true, default: true },
      ro: { type: 'boolean', optional: true },
      shared: { type: 'boolean', optional: true, default: false },
      size: { type: 'string', optional: true, format: 'disk-size' },
      volume: { type: 'string', format: 'pve-lxc-mp-string' },
    },
  },
  // pve-container LXC/Config.pm: $netconf_desc
  'pve-lxc-network': {
    type: 'object',
    properties: {
      bridge: { type: 'string', optional: true, pattern: String.raw`[-_.\w\d]+` },
      firewall: { type: 'boolean', optional: true },
      gw: { type: 'string', optional: true, format: 'ipv4' },
      gw6: { type: 'string', optional: true, format: 'ipv6' },
      'host-managed': { type: 'boolean', optional: true },
      hwaddr: { type: 'string', optional: true, format: 'mac-addr' },
      ip: { type: 'string', optional: true, format: 'pve-ipv4-config' },
      ip6: { type: 'string', optional: true, format: 'pve-ipv6-config' },
      link_down: { type: 'boolean', optional: true },
      mtu: { type: 'integer', optional: true, minimum: 64, maximum: 65535 },
      name: { type: 'string', pattern: String.raw`[-_.\w\d]+` },
      rate: { type: 'number', optional: true },
      tag: { type: 'integer', optional: true, minimum: 1, maximum: 4094 },
      trunks: { type: 'string', optional: true, pattern: String.raw`(?:\d+(?:;\d+)*)` },
      type: { type: 'string', optional: true, enum: ['veth'] },
    },
  },
}
