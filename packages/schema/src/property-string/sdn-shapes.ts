import type { Schema } from '../model.js'

export const SDN_SHAPES: Readonly<Record<string, Schema>> = {
  // pve-network Network/SDN/Fabrics.pm
  'pve-sdn-fabric-wireguard-interface': {
    type: 'object',
    properties: {
      name: { type: 'string', format: 'pve-sdn-wireguard-iface-name' },
      public_key: { type: 'string', optional: true },
      ip: { type: 'string', optional: true, format: 'CIDRv4' },
      ip6: { type: 'string', optional: true, format: 'CIDRv6' },
      listen_port: { type: 'number', optional: true, minimum: 1, maximum: 65_535 },
    },
  },
}
