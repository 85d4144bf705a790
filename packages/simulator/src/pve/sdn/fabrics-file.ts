import { loadDefinition, type Schema } from '@proxkit/schema'
import type { ConfigTree } from '../../engine/config-tree.js'
import type { Section, SectionOptions } from '../section-config.js'
import { parameterSchemas } from '../stored/collection.js'
import { schemaFormat, SectionFile } from '../stored/section-file.js'

const root = '/cluster/sdn/fabrics'

/** What a section of the file is of. */
export type FabricKind = 'fabric' | 'node'

const paths: Readonly<Record<FabricKind, readonly [list: string, entry: string]>> = {
  fabric: [`${root}/fabric`, `${root}/fabric/{id}`],
  node: [`${root}/node/{fabric_id}`, `${root}/node/{fabric_id}/{node_id}`],
}

/** Parameters that are no options: they name the object, or are about the change. */
const general = new Set([
  'id',
  'protocol',
  'fabric_id',
  'node_id',
  'digest',
  'lock-token',
  'delete',
])

/** Fabrics and their nodes, by protocol: `openfabric_fabric: one`, `openfabric_node: one_pve1`. */
export const fabrics: SectionFile = new SectionFile('sdn/fabrics.cfg', () => {
  const schemas = parameterSchemas([...paths.fabric, ...paths.node])
  const types = (['fabric', 'node'] as const).flatMap((kind) =>
    protocols().map((protocol): [string, SectionOptions] => [
      `${protocol}_${kind}`,
      optionsOf(parameterSchemas(paths[kind]), protocol),
    ]),
  )
  return schemaFormat(Object.fromEntries(types), schemas)
})

export function fabricSections(config: ConfigTree, kind: FabricKind): Section[] {
  return [...fabrics.sections(config).values()].filter(({ type }) => type.endsWith(`_${kind}`))
}

/** The fabric and the node of the section of a node. */
export function nodeParts(id: string): { fabric: string; node: string } {
  const [fabric = '', node = ''] = id.split('_')
  return { fabric, node }
}

function protocols(): readonly string[] {
  const { parameters } =
    loadDefinition({ product: 'pve', version: '9.2' }).method('POST', paths.fabric[0]) ?? {}
  return parameters?.properties?.protocol?.enum ?? []
}

/** What the description has for a protocol, or for all. */
function optionsOf(schemas: Readonly<Record<string, Schema>>, protocol: string): SectionOptions {
  return Object.fromEntries(
    Object.entries(schemas).flatMap(([name, { instanceTypes, oneOf }]) => {
      const variants = oneOf?.flatMap((variant) => variant.instanceTypes ?? []) ?? instanceTypes
      const isKnown = !general.has(name) && (variants?.includes(protocol) ?? true)
      return isKnown ? [[name, { optional: true }]] : []
    }),
  )
}
