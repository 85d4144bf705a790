import type { Method, Verb } from '../../src/index.js'

/** Where the original that answered is of another release than the definition. */
export interface VersionDifference {
  /** `VERB /path`. */
  readonly operations: readonly string[]
  /** What is said of these parameters is not compared; indexed ones as `net[n]`. */
  readonly parameters: readonly string[] | 'all'
  readonly reason: string
}

/** Operations of the original's release (pve-manager 9.2.11) that the definition (9.2.3) has not yet. */
export const NEWER_OPERATIONS: readonly Method[] = [
  newer('POST', '/cluster/ceph/restart-bulk'),
  newer('GET', '/nodes/{node}/ceph/releases'),
  newer('POST', '/nodes/{node}/ceph/restart-bulk'),
]

export const VERSION_DIFFERENCES: readonly VersionDifference[] = [
  {
    operations: ['POST /cluster/ha/rules', 'PUT /cluster/ha/rules/{rule}'],
    parameters: 'all',
    reason: 'the schema of the later release has variants by type (allOf, oneOf)',
  },
  {
    operations: ['GET /nodes/{node}/journal'],
    parameters: ['identifiers', 'kernel', 'priority', 'service', 'structured', 'unit', 'units'],
    reason: 'filters of the later release',
  },
  {
    operations: [
      'POST /nodes/{node}/qemu',
      'POST /nodes/{node}/qemu/{vmid}/config',
      'PUT /nodes/{node}/qemu/{vmid}/config',
    ],
    parameters: ['net[n]'],
    reason: 'the key host-tunnel of the later release',
  },
  {
    operations: ['PUT /nodes/{node}/subscription'],
    parameters: ['key'],
    reason: 'keys for ARM hosts, of the later release',
  },
  {
    operations: ['POST /cluster/acme/plugins', 'PUT /cluster/acme/plugins/{id}'],
    parameters: ['api'],
    reason: 'the list comes with another package (proxmox-acme), here of an earlier release',
  },
  {
    operations: [
      'POST /cluster/qemu/custom-cpu-models',
      'PUT /cluster/qemu/custom-cpu-models/{cputype}',
    ],
    parameters: ['reported-model'],
    reason: 'the list comes with another package (pve-qemu), here of an earlier release',
  },
  {
    operations: [
      'POST /cluster/sdn/fabrics/fabric',
      'PUT /cluster/sdn/fabrics/fabric/{id}',
      'POST /cluster/sdn/fabrics/node/{fabric_id}',
      'PUT /cluster/sdn/fabrics/node/{fabric_id}/{node_id}',
    ],
    parameters: ['protocol', 'delete'],
    reason: 'another package (pve-network), here of an earlier release with fewer protocols',
  },
  {
    operations: [
      'POST /cluster/jobs/realm-sync/{id}',
      'PUT /cluster/jobs/realm-sync/{id}',
      'POST /cluster/replication',
      'PUT /cluster/replication/{id}',
    ],
    parameters: ['schedule'],
    reason: 'the original ran without its library for calendar events, which took any text',
  },
]

function newer(verb: Verb, path: string): Method {
  return { verb, path, parameters: {}, returns: {} }
}
