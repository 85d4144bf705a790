import type { FormatContext } from '@proxkit/schema'
import type { ConfigTree } from '../../engine/config-tree.js'
import type { Handler } from '../../engine/handle.js'
import type { Section } from '../section-config.js'
import { collection, parameterSchemas } from '../stored/collection.js'
import { optionsOf } from '../stored/option-names.js'
import { schemaFormat, SectionFile } from '../stored/section-file.js'
import { text } from '../stored/stored-handler.js'

/** The prefix may be left out. */
const nameOf = (id: string): string => id.replace(/^custom-/, '')

const path = '/cluster/qemu/custom-cpu-models'
const types = {
  'cpu-model': optionsOf(
    '',
    'reported-model hidden hv-vendor-id flags guest-phys-bits phys-bits level',
  ),
}
const file = new SectionFile('virtual-guest/cpu-models.conf', () =>
  schemaFormat(types, parameterSchemas([path, `${path}/{cputype}`])),
)

export function customCpuModels(config: ConfigTree): Section[] {
  return [...file.sections(config).values()]
}

/** A machine may name the processors that the cluster describes itself. */
export function formatContext(config: ConfigTree): FormatContext {
  if (!config.has(file.path)) return {}
  return { customCpuModels: new Set(customCpuModels(config).map(({ id }) => id)) }
}

// pve-manager API2/Cluster/Qemu/CustomCPUModels.pm; qemu-server CPUConfig.pm
export const cpuModelHandlers: readonly Handler[] = collection({
  file: file.path,
  path,
  id: 'cputype',
  keyOf: nameOf,
  types,
  isSorted: true,
  texts: {
    missing: (id) => `Custom cputype '${id}' not found`,
    unknown: (id) => `custom CPU model '${id}' does not exist`,
    exists: (id) => `custom CPU model '${id}' already exists`,
  },
  deletesUnknown: (id) => `custom CPU model '${id}' does not exist`,
  maySee: ({ rights }, { id }) =>
    rights.hasAny(`/mapping/cpu/${id}`, ['Mapping.Modify', 'Mapping.Use', 'Mapping.Audit']),
  hidesType: true,
  show: ({ cputype, ...data }, { params }, isListed) => ({
    ...data,
    cputype: `custom-${isListed ? String(cputype) : nameOf(text(params, 'cputype'))}`,
  }),
})
