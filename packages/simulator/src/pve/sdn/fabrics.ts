import type { Verb } from '@proxkit/schema'
import { failed } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { splitList } from '../config-text.js'
import { requireDigest } from '../require-digest.js'
import type { Section } from '../section-config.js'
import { stored, text, type StoredContext, type StoredParams } from '../stored/stored-handler.js'
import { fabrics, fabricSections, nodeParts, type FabricKind } from './fabrics-file.js'
import { locked } from './lock.js'
import { pendingObjects, presentObjects, runningObjects, type SdnObject } from './running-config.js'
import { controllers, zones } from './sdn-files.js'

// pve-network API2/Network/SDN/Fabrics.pm, Fabrics/{Fabric,Node,FabricNode}.pm; proxmox-ve-config sdn/fabric/mod.rs

const root = '/cluster/sdn/fabrics'
const fabricPath = `${root}/fabric`
const nodePath = `${root}/node`
const nodesPath = `${nodePath}/{fabric_id}`

const lists: Handler[] = [
  stored('GET', `${root}/all`, (context) => ({
    fabrics: listed('fabric', context),
    nodes: listed('node', context),
  })),
  stored('GET', fabricPath, (context) => listed('fabric', context)),
  stored('GET', nodePath, (context) => listed('node', context)),
  stored('GET', nodesPath, (context) =>
    objectsOf('node', context)
      .filter((node) => node.fabric_id === context.params.fabric_id)
      .filter((node) => maySeeNode(node, context)),
  ),
]

const fabricHandlers: Handler[] = [
  stored('GET', `${fabricPath}/{id}`, (context) =>
    shown(requireFabric(text(context.params, 'id'), context), context),
  ),
  change('POST', {
    path: fabricPath,
    prefix: 'adding fabric failed',
    run: (context) => {
      const id = text(context.params, 'id')
      if (sectionOf(id, context)) throw failed(`fabric '${id}' already exists in config`)
      add('fabric', id, context)
    },
  }),
  change('PUT', {
    path: `${fabricPath}/{id}`,
    prefix: 'updating fabric failed',
    run: (context) => {
      update(requireFabric(text(context.params, 'id'), context), context)
    },
  }),
  change('DELETE', {
    path: `${fabricPath}/{id}`,
    prefix: 'deleting fabric failed',
    run: (context) => {
      const { params, cluster, rights } = context
      const id = text(params, 'id')
      const members = nodesOf(id, context)
      for (const { node } of members.map((member) => nodeParts(member.id))) {
        if (rights.has(`/nodes/${node}`, 'Sys.Modify')) continue
        throw failed(`permission check failed: missing 'Sys.Modify' on node ${node}`)
      }
      requireUnused(id, context)
      requireFabric(id, context)
      for (const member of members) fabrics.remove(cluster.config, member.id)
      fabrics.remove(cluster.config, id)
    },
  }),
]

const nodeHandlers: Handler[] = [
  stored('GET', `${nodesPath}/{node_id}`, (context) => shown(requireNode(context), context)),
  change('POST', {
    path: nodesPath,
    prefix: 'adding node failed',
    run: (context) => {
      const { fabric, node } = placeOf(context)
      const { type } = requireFabric(fabric, context)
      if (sectionOf(`${fabric}_${node}`, context)) {
        throw failed(`node '${node}' already exists in config for fabric ${fabric}`)
      }
      if (!type.startsWith(`${text(context.params, 'protocol')}_`)) {
        throw failed(
          `node '${node}' has a different protocol than the referenced fabric '${fabric}'`,
        )
      }
      add('node', `${fabric}_${node}`, context)
    },
  }),
  change('PUT', {
    path: `${nodesPath}/{node_id}`,
    prefix: 'updating node failed',
    run: (context) => {
      update(requireNode(context), context)
    },
  }),
  change('DELETE', {
    path: `${nodesPath}/{node_id}`,
    prefix: 'deleting node failed',
    run: (context) => {
      fabrics.remove(context.cluster.config, requireNode(context).id)
    },
  }),
]

export const fabricsHandlers: readonly Handler[] = [...lists, ...fabricHandlers, ...nodeHandlers]

/** A change under the lock of all networks, of the file as the caller knows it. */
function change(
  verb: Verb,
  { path, prefix, run }: { path: string; prefix: string; run: (context: StoredContext) => void },
): Handler {
  return stored(verb, path, (context) => {
    locked(context, prefix, () => {
      requireDigest(fabrics.digest(context.cluster.config), text(context.params, 'digest'))
      run(context)
    })
  })
}

function add(kind: FabricKind, id: string, { params, cluster }: StoredContext): void {
  const type = `${text(params, 'protocol')}_${kind}`
  fabrics.put(cluster.config, fabrics.check({ id, type, params: optionsIn(params) }))
}

function update(present: Section, { params, cluster }: StoredContext): void {
  const { id, type } = present
  const given = fabrics.check({ id, type, params: optionsIn(params) }, { update: true })
  const { delete: removed } = params
  const names = typeof removed === 'string' ? splitList(removed) : (removed ?? [])
  fabrics.put(cluster.config, fabrics.merge(present, given, names.join(',')))
}

function optionsIn(params: StoredParams): StoredParams {
  const {
    id: _id,
    protocol: _protocol,
    fabric_id: _fabric,
    node_id: _node,
    digest: _digest,
    delete: _delete,
    'lock-token': _token,
    ...options
  } = params
  return options
}

/** The objects that the caller may see, in the state that was asked for. */
function listed(kind: FabricKind, context: StoredContext): SdnObject[] {
  return objectsOf(kind, context)
    .filter((object) => maySeeFabric(kind === 'fabric' ? object.id : object.fabric_id, context))
    .filter((object) => kind === 'fabric' || maySeeNode(object, context))
}

function objectsOf(kind: FabricKind, context: StoredContext): SdnObject[] {
  const { config } = context.cluster
  const present = presentObjects(fabrics, config)
  const running = runningObjects('fabrics', config)
  const isAsked = (name: string): boolean => text(context.params, name) === '1'
  const objects = isAsked('pending')
    ? pendingObjects(running, present)
    : isAsked('running')
      ? running
      : present
  const digest = isAsked('running') ? {} : { digest: fabrics.digest(config) }
  return [...objects]
    .filter(([, { type }]) => String(type).endsWith(`_${kind}`))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, object]) => ({ ...identified(id, object), ...digest }))
}

/** An object with what names it in the place of its section's type. */
function identified(id: string, { type, ...object }: SdnObject): SdnObject {
  const [protocol = '', kind] = String(type).split('_')
  if (kind === 'fabric') return { ...object, id, protocol }
  const { fabric, node } = nodeParts(id)
  return { ...object, fabric_id: fabric, node_id: node, protocol }
}

function shown(section: Section, { cluster }: StoredContext): SdnObject {
  const data = { ...fabrics.data(section), type: section.type }
  return { ...identified(section.id, data), digest: fabrics.digest(cluster.config) }
}

function maySeeFabric(id: unknown, { rights }: StoredContext): boolean {
  return rights.hasAny(`/sdn/fabrics/${String(id)}`, ['SDN.Audit', 'SDN.Allocate'])
}

function maySeeNode({ node_id: node }: SdnObject, { rights }: StoredContext): boolean {
  return rights.hasAny(`/nodes/${String(node)}`, ['Sys.Audit', 'Sys.Modify'])
}

function sectionOf(id: string, { cluster }: StoredContext): Section | undefined {
  return fabrics.sections(cluster.config).get(id)
}

function nodesOf(fabric: string, { cluster }: StoredContext): Section[] {
  return fabricSections(cluster.config, 'node').filter(({ id }) => nodeParts(id).fabric === fabric)
}

function requireFabric(id: string, context: StoredContext): Section {
  const section = sectionOf(id, context)
  if (!section) throw failed(`fabric '${id}' does not exist in configuration`)
  return section
}

function placeOf({ params }: StoredContext): { fabric: string; node: string } {
  return { fabric: text(params, 'fabric_id'), node: text(params, 'node_id') }
}

function requireNode(context: StoredContext): Section {
  const { fabric, node } = placeOf(context)
  requireFabric(fabric, context)
  const section = sectionOf(`${fabric}_${node}`, context)
  if (!section) throw failed(`node '${node}' does not exist in fabric '${fabric}'`)
  return section
}

function requireUnused(fabric: string, { cluster: { config } }: StoredContext): void {
  for (const [id, { type, options }] of controllers.sections(config)) {
    if (type !== 'evpn' || options.fabric !== fabric) continue
    throw failed(`this fabric is still used in the EVPN controller "${id}"`)
  }
  for (const [id, { type, options }] of zones.sections(config)) {
    if (type !== 'vxlan' || options.fabric !== fabric) continue
    throw failed(`this fabric is still used in the VXLAN zone "${id}"`)
  }
}
