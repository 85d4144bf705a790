import { failed } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import type { Section } from '../section-config.js'
import type { StoredContext } from '../stored/stored-handler.js'
import { sdnCollection } from './sdn-collection.js'
import { controllers, zones } from './sdn-files.js'

// pve-network API2/Network/SDN/Controllers.pm
export const controllerHandlers: readonly Handler[] = sdnCollection({
  path: '/cluster/sdn/controllers',
  id: 'controller',
  file: controllers,
  kind: 'controllers',
  noun: 'controller',
  maySee: (_, id, { rights }) =>
    rights.hasAny(`/sdn/controllers/${id}`, ['SDN.Audit', 'SDN.Allocate']),
  accept: requireFew,
  release: (id, { cluster }) => {
    if (controllers.sections(cluster.config).get(id)?.type === 'isis') return
    for (const [zone, { options }] of zones.sections(cluster.config)) {
      if (options.controller === id) throw failed(`controller ${id} is used by ${zone}`)
    }
  },
})

/** pve-network Network/SDN/Controllers/*Plugin.pm: on_update_hook */
function requireFew(section: Section, { cluster, node }: StoredContext): void {
  const { type } = section
  const others = [...controllers.sections(cluster.config).values()].filter(
    (other) => other.id !== section.id && other.type === type,
  )
  const local = others.filter(({ options }) => options.node === node)
  if (type === 'evpn') {
    if (others.length > 0) throw failed('only 1 global evpn controller can be defined')
    if (isTrue(section.options.peers) === isTrue(section.options.fabric)) {
      throw failed('must have exactly one of peers / fabric defined')
    }
  } else if (local.length > 1) {
    throw failed(
      type === 'bgp'
        ? 'only 1 bgp controller can be defined'
        : 'only 1 bgp or isis controller can be defined',
    )
  }
}
