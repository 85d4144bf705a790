import { expect, test } from 'vitest'
import { type DefinitionId, identityOf, loadDefinition } from './index.js'

const pve = { product: 'pve', version: '9.2' } as const
const pbs = { product: 'pbs', version: '4.2' } as const
const pmg = { product: 'pmg', version: '9.1' } as const

test.each<[DefinitionId, string, readonly string[] | undefined]>([
  [pve, '/nodes', ['node']],
  [pve, '/nodes/{node}/storage/{storage}/content', ['volid']],
  [pve, '/nodes/{node}/ceph/mgr', ['name']],
  // What comes below is of another kind.
  [pve, '/cluster/firewall/groups', ['group']],
  [pve, '/cluster/sdn/fabrics/node', ['fabric_id', 'node_id']],
  [pve, '/cluster/sdn/fabrics/node/{fabric_id}', ['node_id']],
  [pve, '/cluster/sdn/route-maps/entries', ['route-map-id', 'order']],
  [pve, '/cluster/resources', undefined],
  [pve, '/access/acl', undefined],
  [pmg, '/nodes/{node}/pbs/{remote}/snapshot', ['backup-id', 'backup-time']],
  [pmg, '/config/ruledb/who', ['id']],
  // The definition does not say that this is a list.
  [pbs, '/nodes', ['node']],
  [pbs, '/access/users/{userid}/token', ['token-name']],
  [pbs, '/nodes/{node}/network', ['name']],
  [pbs, '/admin/datastore/{store}/snapshots', ['backup-id', 'backup-time', 'backup-type']],
  [pbs, '/admin/datastore/{store}/namespace', ['ns']],
  [pbs, '/status/datastore-usage', undefined],
])('identityOf: of %o, the entries of %s', (id, path, expected) => {
  const definition = loadDefinition(id)
  const list = definition.method('GET', path)
  expect(list && identityOf(definition, list)).toEqual(expected)
})
