import type { Handler } from '../../engine/handle.js'
import { collection } from '../stored/collection.js'
import { optionsOf } from '../stored/option-names.js'
import { text } from '../stored/stored-handler.js'

/** The prefix may be left out. */
const nameOf = (id: string): string => id.replace(/^custom-/, '')

// pve-manager API2/Cluster/Qemu/CustomCPUModels.pm; qemu-server CPUConfig.pm
export const cpuModelHandlers: readonly Handler[] = collection({
  file: 'virtual-guest/cpu-models.conf',
  path: '/cluster/qemu/custom-cpu-models',
  id: 'cputype',
  keyOf: nameOf,
  types: {
    'cpu-model': optionsOf(
      '',
      'reported-model hidden hv-vendor-id flags guest-phys-bits phys-bits level',
    ),
  },
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
