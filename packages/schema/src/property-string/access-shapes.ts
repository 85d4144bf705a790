import type { Schema } from '../model.js'

export const ACCESS_SHAPES: Readonly<Record<string, Schema>> = {
  // pve-common JSONSchema.pm: $remote_format
  'proxmox-remote': {
    type: 'object',
    properties: {
      apitoken: { type: 'string' },
      fingerprint: {
        type: 'string',
        optional: true,
        pattern: '([A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}',
      },
      host: { type: 'string' },
      port: { type: 'integer', optional: true },
    },
  },
  // pve-access-control Auth/Plugin.pm: $tfa_format
  'pve-tfa-config': {
    type: 'object',
    properties: {
      digits: { type: 'integer', optional: true, default: 6, minimum: 6, maximum: 8 },
      id: { type: 'string', optional: true },
      key: { type: 'string', optional: true },
      step: { type: 'integer', optional: true, default: 30, minimum: 10 },
      type: { type: 'string', enum: ['yubico', 'oath'] },
      url: { type: 'string', optional: true },
    },
  },
  // pve-access-control Auth/Plugin.pm: $realm_sync_options_desc
  'realm-sync-options': {
    type: 'object',
    properties: {
      'enable-new': { type: 'boolean', optional: true, default: true },
      full: { type: 'boolean', optional: true },
      purge: { type: 'boolean', optional: true },
      'remove-vanished': {
        type: 'string',
        optional: true,
        default: 'none',
        pattern: '(?:(?:(?:acl|properties|entry);)*(?:acl|properties|entry))|none',
        typetext: '([acl];[properties];[entry])|none',
      },
      scope: { type: 'string', optional: true, enum: ['users', 'groups', 'both'] },
    },
  },
  // pve-common JSONSchema.pm
  'pve-node-location': {
    type: 'object',
    properties: {
      latitude: { type: 'number', minimum: -90, maximum: 90 },
      longitude: { type: 'number', minimum: -180, maximum: 180 },
      name: { type: 'string', optional: true, maxLength: 128 },
    },
  },
  // pve-network Network/SDN/SubnetPlugin.pm: $dhcp_range_fmt
  'pve-sdn-dhcp-range': {
    type: 'object',
    properties: {
      'end-address': { typeName: 'ip' },
      'start-address': { typeName: 'ip' },
    },
  },
}
