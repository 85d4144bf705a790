import type { Schema } from '../model.js'
import { agentResults } from './pve-agent-results.js'
import { configResults } from './pve-config-results.js'
import { flag, integer, list, open, optional, text } from './result-parts.js'

// pve-cluster PVE/RRD.pm: create_rrd_data gives the time and whatever columns have a value there
const rrdData: Schema = {
  type: 'array',
  items: { type: 'object', additionalProperties: { type: 'number' } },
}

// pve-firewall PVE/Firewall.pm: parse_alias
const alias: Schema = {
  type: 'object',
  properties: { name: text, cidr: text, ipversion: integer, comment: optional(text) },
}

// Ceph passes its own status through; what is below each part differs from release to release.
// pve-manager PVE/Ceph/Tools.pm: ceph_cluster_status
const cephStatus: Schema = open({
  fsid: text,
  health: open({ status: text, checks: optional(open({})) }),
  quorum: { type: 'array', items: integer },
  quorum_names: { type: 'array', items: text },
  monmap: open({}),
  mgrmap: open({}),
  osdmap: open({}),
  pgmap: open({}),
})

// pve-firewall PVE/API2/Firewall/IPSet.pm: read_ip
const ipsetEntry: Schema = {
  type: 'object',
  properties: { cidr: text, nomatch: optional(flag), comment: optional(text), digest: text },
}

/** What Proxmox VE answers where its dump says no more than object or list. */
export const pveResults: Readonly<Record<string, Schema>> = {
  ...agentResults,
  ...configResults,

  // pve-access-control PVE/API2/AccessControl.pm: permissions, per path and privilege whether it is inherited
  'GET /access/permissions': {
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: flag },
  },
  // pve-access-control PVE/API2/Domains.pm: read
  'GET /access/domains/{realm}': open({ type: text, comment: optional(text), digest: text }),

  // pve-cluster pmxcfs/logger.c: clog_dump_json; pve-manager PVE/API2/Cluster.pm: log adds the id
  'GET /cluster/log': list({
    uid: integer,
    time: integer,
    pri: integer,
    tag: text,
    pid: integer,
    node: text,
    user: text,
    msg: text,
    id: text,
  }),

  'GET /cluster/firewall/aliases/{name}': alias,
  'GET /nodes/{node}/lxc/{vmid}/firewall/aliases/{name}': alias,
  'GET /nodes/{node}/qemu/{vmid}/firewall/aliases/{name}': alias,
  'GET /cluster/firewall/ipset/{name}/{cidr}': ipsetEntry,
  'GET /nodes/{node}/lxc/{vmid}/firewall/ipset/{name}/{cidr}': ipsetEntry,
  'GET /nodes/{node}/qemu/{vmid}/firewall/ipset/{name}/{cidr}': ipsetEntry,

  'GET /cluster/ceph/status': cephStatus,
  'GET /nodes/{node}/ceph/status': cephStatus,
  // pve-manager PVE/API2/Ceph/Cfg.pm: value, per section and key
  'GET /nodes/{node}/ceph/cfg/value': {
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: text },
  },

  // pve-manager PVE/APLInfo.pm: read_aplinfo_from_fh; other fields of the index come as they are
  'GET /nodes/{node}/aplinfo': {
    type: 'array',
    items: open({
      template: text,
      package: text,
      version: text,
      type: text,
      os: text,
      section: text,
      headline: text,
      description: text,
      infopage: text,
      location: text,
      source: text,
      architecture: optional(text),
      maintainer: optional(text),
      md5sum: optional(text),
      sha512sum: optional(text),
    }),
  },

  // pve-manager PVE/API2/Replication.pm: extract_job_status, over the job as pve-guest-common PVE/Replication.pm keeps it
  'GET /nodes/{node}/replication/{id}/status': open({
    id: text,
    type: text,
    guest: integer,
    jobnum: integer,
    source: text,
    target: text,
    vmtype: text,
    schedule: optional(text),
    rate: optional(text),
    comment: optional(text),
    disable: optional(flag),
    remove_job: optional(text),
    next_sync: integer,
    last_sync: optional(integer),
    last_try: optional(integer),
    fail_count: optional(integer),
    error: optional(text),
    duration: optional({ type: 'number' }),
    pid: optional(integer),
  }),

  // pve-manager PVE/API2/Nodes.pm: netstat
  'GET /nodes/{node}/netstat': list({ vmid: text, dev: text, in: text, out: text }),

  'GET /nodes/{node}/rrddata': rrdData,
  'GET /nodes/{node}/lxc/{vmid}/rrddata': rrdData,
  'GET /nodes/{node}/qemu/{vmid}/rrddata': rrdData,
  'GET /nodes/{node}/storage/{storage}/rrddata': rrdData,

  // pve-storage PVE/API2/Storage/Config.pm: api_storage_config
  'GET /storage/{storage}': open({
    storage: text,
    type: text,
    content: optional(text),
    nodes: optional(text),
    digest: text,
  }),
}
