import type { Schema } from '../model.js'
import { flag, integer, list, object, open, optional, text } from './result-parts.js'

const texts: Schema = { type: 'array', items: text }

// pve-guest-common PVE/Mapping/{Dir,PCI,USB}.pm
const mapping = (more: Readonly<Record<string, Schema>> = {}): Schema =>
  open({ type: text, map: texts, description: optional(text), digest: text, ...more })

/** Configurations that are answered as they are kept, as sections of a file: what a type does not have is absent. */
export const configResults: Readonly<Record<string, Schema>> = {
  // pve-cluster PVE/DataCenterConfig.pm: parse_datacenter_config takes most property strings apart; numbers stay text
  'GET /cluster/options': open({
    'allowed-tags': texts,
    bwlimit: optional(text),
    console: optional(text),
    'consent-text': optional(text),
    crs: optional(
      open({
        ha: optional(text),
        'ha-rebalance-on-start': optional(flag),
        'ha-auto-rebalance': optional(flag),
        'ha-auto-rebalance-hold-duration': optional(text),
        'ha-auto-rebalance-margin': optional(text),
        'ha-auto-rebalance-method': optional(text),
        'ha-auto-rebalance-threshold': optional(text),
      }),
    ),
    description: optional(text),
    email_from: optional(text),
    fencing: optional(text),
    ha: optional(open({ shutdown_policy: optional(text) })),
    http_proxy: optional(text),
    keyboard: optional(text),
    language: optional(text),
    location: optional(text),
    mac_prefix: optional(text),
    max_workers: optional(text),
    migration: optional(open({ type: optional(text), network: optional(text) })),
    migration_unsecure: optional(flag),
    'next-id': optional(open({ lower: optional(text), upper: optional(text) })),
    notify: optional(
      open({
        fencing: optional(text),
        'package-updates': optional(text),
        replication: optional(text),
        'target-fencing': optional(text),
        'target-package-updates': optional(text),
        'target-replication': optional(text),
      }),
    ),
    'registered-tags': optional(texts),
    replication: optional(open({ type: optional(text), network: optional(text) })),
    'tag-style': optional(
      open({
        'case-sensitive': optional(flag),
        'color-map': optional(text),
        ordering: optional(text),
        shape: optional(text),
      }),
    ),
    u2f: optional(open({ appid: optional(text), origin: optional(text) })),
    'user-tag-access': optional(
      open({ 'user-allow': optional(text), 'user-allow-list': optional(texts) }),
    ),
    webauthn: optional(
      open({
        rp: optional(text),
        origin: optional(text),
        id: optional(text),
        'allow-subdomains': optional(flag),
      }),
    ),
  }),

  // pve-cluster PVE/API2/ClusterConfig.pm: totem, the section of corosync.conf; qdevice, lines of its socket
  'GET /cluster/config/totem': open({
    version: optional(text),
    cluster_name: optional(text),
    config_version: optional(text),
    interface: optional({ type: 'object', additionalProperties: open({}) }),
    ip_version: optional(text),
    link_mode: optional(text),
    secauth: optional(text),
  }),
  'GET /cluster/config/qdevice': { type: 'object', additionalProperties: text },

  'GET /cluster/mapping/dir/{id}': mapping(),
  'GET /cluster/mapping/pci/{id}': mapping({
    mdev: optional(flag),
    'live-migration-capable': optional(flag),
  }),
  'GET /cluster/mapping/usb/{id}': mapping(),

  // pve-access-control PVE/Jobs/RealmSync.pm
  'GET /cluster/jobs/realm-sync/{id}': open({
    type: text,
    realm: text,
    schedule: text,
    enabled: flag,
    scope: optional(text),
    'remove-vanished': optional(text),
    'enable-new': optional(flag),
    comment: optional(text),
  }),

  // pve-manager PVE/Status/Plugin.pm
  'GET /cluster/metrics/server/{id}': open({
    type: text,
    server: text,
    port: integer,
    disable: optional(flag),
  }),

  // pve-network PVE/API2/Network/SDN/{Dns,Ipams,Subnets}.pm
  'GET /cluster/sdn/dns/{dns}': open({
    dns: text,
    type: text,
    url: text,
    key: text,
    ttl: optional(integer),
    fingerprint: optional(text),
    digest: text,
  }),
  'GET /cluster/sdn/ipams/{ipam}': open({
    ipam: text,
    type: text,
    url: optional(text),
    token: optional(text),
    section: optional(integer),
    fingerprint: optional(text),
    digest: text,
  }),
  'GET /cluster/sdn/ipams/{ipam}/status': list({
    zone: text,
    vnet: text,
    subnet: text,
    ip: text,
    gateway: optional(flag),
    mac: optional(text),
    vmid: optional(integer),
    hostname: optional(text),
  }),
  'GET /cluster/sdn/vnets/{vnet}/subnets/{subnet}': open({
    subnet: text,
    id: text,
    type: text,
    vnet: text,
    zone: text,
    cidr: text,
    network: text,
    mask: text,
    gateway: optional(text),
    snat: optional(flag),
    dnszoneprefix: optional(text),
    'dhcp-dns-server': optional(text),
    'dhcp-range': {
      type: 'array',
      items: object({ 'start-address': text, 'end-address': text }),
    },
    digest: optional(text),
    pending: optional(open({})),
    state: optional(text),
  }),

  // pve-ha-manager PVE/API2/HA/Groups.pm: api_copy_config
  'GET /cluster/ha/groups/{group}': open({
    group: text,
    type: text,
    nodes: text,
    restricted: optional(flag),
    nofailback: optional(flag),
    comment: optional(text),
    digest: text,
  }),

  // pve-ha-manager PVE/API2/HA/Status.pm: manager_status
  'GET /cluster/ha/status/manager_status': {
    type: 'object',
    properties: {
      manager_status: open({
        master_node: optional(text),
        timestamp: optional(integer),
        node_status: optional({ type: 'object', additionalProperties: text }),
        service_status: optional({ type: 'object', additionalProperties: open({}) }),
      }),
      quorum: object({ node: text, quorate: flag }),
      lrm_status: optional({ type: 'object', additionalProperties: open({}) }),
    },
  },

  // pve-manager PVE/API2/Nodes.pm: execute
  'POST /nodes/{node}/execute': list({
    status: integer,
    data: optional({ type: 'any' }),
    message: optional(text),
    errors: optional({ type: 'object', additionalProperties: text }),
  }),
}
