import type { ReadonlySection } from '../guest/config-file.js'
import { failed } from '../../engine/fault.js'
import { readProperties } from '../guest/property-string.js'
import { fixedMemoryOf, largestMemory, memoryModules } from './hotplug-memory.js'
import { isSet, memoryOf } from './vm-config.js'
import { vmOption } from './vm-options.js'

/** What keeps a machine from having its memory. Memory.pm: config */
export function requireMemory(main: ReadonlySection, isPluggable: boolean): void {
  const memory = memoryOf(main)
  const fixed = fixedMemoryOf(main)
  if (isPluggable) {
    if (!isSet(main, 'numa')) throw failed('NUMA needs to be enabled for memory hotplug')
    if (memory > largestMemory) throw failed(`Total memory is bigger than ${largestMemory}MB`)
    if (numaNodes.some((name) => main.has(name))) {
      throw failed('cannot enable memory hotplugging with custom NUMA topology')
    }
    if (memory < fixed) throw failed(`minimum memory must be ${fixed}MB`)
  }
  if (main.has('hugepages') && !isSet(main, 'numa')) {
    throw failed(`numa needs to be enabled to use hugepages ${place} 388.`)
  }
  if (isPluggable && [...main.keys()].some((name) => /^virtiofs\d$/.test(name))) {
    throw failed('Memory hotplug does not work in combination with virtio-fs.')
  }
  if (isSet(main, 'numa')) requireTopology(main, isPluggable ? fixed : memory)
  if (isPluggable) requireAligned(main, memory)
}

/** Errors of the original that do not end in a line feed tell where they were raised. */
const place = 'at /usr/share/perl5/PVE/QemuServer/Memory.pm line'

const numaNodes = Array.from({ length: 8 }, (_, index) => `numa${index}`)

/** The nodes that are spelled out have to be complete, and to hold all the memory. */
function requireTopology(main: ReadonlySection, memory: number): void {
  let total = 0
  for (const name of numaNodes) {
    const text = main.get(name)
    const shape = vmOption(name)?.propertyString
    if (text === undefined || !shape) continue
    const node = readProperties(text, shape)
    const label = name.replace('numa', 'NUMA node')
    if (!Number(node.memory)) throw failed(`missing ${label} memory value`)
    total += Number(node.memory)
    if (node.cpus === undefined) throw failed(`missing ${label} cpus`)
    if (node.hostnodes !== undefined) requireHostNodes(node.hostnodes, node.policy)
    else if (main.has('hugepages')) {
      throw failed(`numa hostnodes need to be defined to use hugepages ${place} 430.`)
    }
  }
  if (total > 0 && total !== memory) {
    throw failed('total memory for NUMA nodes must be equal to vm static memory')
  }
}

/** The nodes of the cluster have one NUMA node each. */
function requireHostNodes(hostnodes: string, policy: string | undefined): void {
  for (const range of hostnodes.split(';')) {
    const [first = 0, last = first] = range.split('-').map(Number)
    if (last > 0) throw failed(`host NUMA node${Math.max(1, first)} doesn't exist`)
  }
  if (policy === undefined) throw failed(`you need to define a policy for hostnode ${hostnodes}`)
}

/** Memory above what is always there comes in modules. Memory.pm: foreach_dimm */
function requireAligned(main: ReadonlySection, memory: number): void {
  let reached = fixedMemoryOf(main)
  if (reached === memory) return
  for (const size of memoryModules(main)) {
    reached += size
    if (reached > memory) {
      throw failed(`memory size (${memory}) must be aligned to ${size} for hotplugging`)
    }
    if (reached === memory) return
  }
}
