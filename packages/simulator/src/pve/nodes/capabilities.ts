import { handle, type Handler } from '../../engine/handle.js'
import { customCpuModels } from '../cluster/cpu-models.js'
import { abstractModels, cpuModels } from './cpu-models.js'

const path = '/nodes/{node}/capabilities/qemu'

// qemu-server API2/Qemu/CPU.pm: index
const listModels = handle('GET', `${path}/cpu`, ({ params, cluster, rights }) => {
  const arch = params.arch === 'aarch64' ? 'aarch64' : 'x86_64'
  const tellsLevels = cluster.definition.id.version === '9.2'
  const known = cpuModels(arch)
  const mayAudit = rights.has('/nodes', 'Sys.Audit')
  const custom = customCpuModels(cluster.config).flatMap(({ id, options }) => {
    const isVisible =
      mayAudit ||
      rights.hasAny(`/mapping/cpu/${id}`, ['Mapping.Audit', 'Mapping.Use', 'Mapping.Modify'])
    const model = known.find(({ name }) => name === (options['reported-model'] ?? 'kvm64'))
    return isVisible && model ? [{ name: `custom-${id}`, custom: 1, vendor: model.vendor }] : []
  })
  return [
    ...known.map((model) => ({ ...model, custom: 0 })),
    ...abstractModels(cluster, arch).map((model) => ({
      ...model,
      custom: 0,
      ...(tellsLevels && { abstract: 1 }),
    })),
    ...custom,
  ]
})

/** Flags that a machine may be given or denied, the one for both vendors first. qemu-server CPUFlags.pm */
const flags = [
  'nested-virt',
  ...'aes amd-no-ssb amd-ssbd hv-evmcs hv-tlbflush ibpb md-clear pcid pdpe1gb spec-ctrl ssbd virt-ssbd'.split(
    ' ',
  ),
]

// qemu-server API2/Qemu/CPUFlags.pm: index. The processors of all nodes are the same.
const listFlags = handle('GET', `${path}/cpu-flags`, ({ params, cluster }) => {
  const nodes = cluster.nodeNames().filter((node) => cluster.isOnline(node))
  const known = params.arch === 'aarch64' ? [] : flags
  return known.map((name) => ({ name, 'supported-on': nodes }))
})

// pve-manager API2/Capabilities.pm: capabilities
const migration = handle('GET', `${path}/migration`, () => ({ 'has-dbus-vmstate': true }))

export const capabilityHandlers: readonly Handler[] = [listModels, listFlags, migration]
