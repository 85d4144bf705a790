import { handle, type Handler } from '../../engine/handle.js'
import { customCpuModels } from '../cluster/cpu-models.js'
import { abstractModels, cpuModels } from './cpu-models.js'
import { isSince } from '../version.js'

const path = '/nodes/{node}/capabilities/qemu'

// qemu-server API2/Qemu/CPU.pm: index
const listModels = handle('GET', `${path}/cpu`, ({ params, cluster, rights }) => {
  const arch = params.arch === 'aarch64' ? 'aarch64' : 'x86_64'
  const tellsLevels = isSince(cluster, '9.2')
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
const flags = {
  'nested-virt': 'Lets the machine run machines of its own',
  aes: 'Instructions for AES',
  'amd-no-ssb': 'Tells that an AMD processor does not bypass stores',
  'amd-ssbd': 'Stops the bypass of stores, the way of AMD',
  'hv-evmcs': 'Faster nesting of Hyper-V on Intel',
  'hv-tlbflush': 'Calls of Hyper-V to flush address translations',
  ibpb: 'Barrier between predictions of branches, on AMD',
  'md-clear': 'Empties buffers of the processor, against MDS',
  pcid: 'Keeps address translations of several processes, which makes the guard against Meltdown cheap',
  pdpe1gb: 'Pages of 1 GiB',
  'spec-ctrl': 'Control over speculation, on Intel',
  ssbd: 'Stops the bypass of stores, on Intel',
  'virt-ssbd': 'Stops the bypass of stores, where a host can only emulate it',
}

// qemu-server API2/Qemu/CPUFlags.pm: index. The processors of all nodes are the same.
const listFlags = handle('GET', `${path}/cpu-flags`, ({ params, cluster }) => {
  if (!isSince(cluster, '9.2')) {
    return Object.entries(flags).map(([name, description]) => ({ name, description }))
  }
  const nodes = cluster.nodeNames().filter((node) => cluster.isOnline(node))
  const known = params.arch === 'aarch64' ? [] : Object.keys(flags)
  return known.map((name) => ({ name, 'supported-on': nodes }))
})

// pve-manager API2/Capabilities.pm: capabilities
const migration = handle('GET', `${path}/migration`, () => ({ 'has-dbus-vmstate': true }))

export const capabilityHandlers: readonly Handler[] = [listModels, listFlags, migration]
