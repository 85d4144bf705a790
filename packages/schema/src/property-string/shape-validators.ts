import { isTrue } from '../perl/scalar.js'
import type { FormatContext } from './format-context.js'
import { namedShape } from './shapes.js'

/** The values of a property string by key, as text; booleans are 1 and 0. */
export type PropertyStringValues = Record<string, string>

/** What a registered format demands of all keys together: the values to go on with, or a message. */
export type ShapeValidator = (
  values: PropertyStringValues,
  context: FormatContext,
) => PropertyStringValues | string

export const SHAPE_VALIDATORS: ReadonlyMap<string, ShapeValidator> = new Map<
  string,
  ShapeValidator
>([
  ['prune-backups', validatePruneBackups],
  ['backup-fleecing', validateFleecing],
  ['pve-cpu-conf', validateCpu],
  ['pve-vm-cpu-conf', validateVmCpu],
])

function validatePruneBackups(values: PropertyStringValues): PropertyStringValues | string {
  // pve-storage Storage/Plugin.pm: validate_prune_backups
  const { 'keep-all': keepAll, ...limits } = values
  if (!Object.values(limits).some((limit) => Number(limit) > 0)) return { 'keep-all': '1' }
  return isTrue(keepAll) ? 'keep-all cannot be set together with other options.\n' : limits
}

function validateFleecing(values: PropertyStringValues): PropertyStringValues | string {
  // pve-guest-common VZDump/Common.pm: verify_backup_fleecing
  return isTrue(values.enabled) && !isTrue(values.storage)
    ? "'storage' parameter is required when 'enabled' is set\n"
    : values
}

function validateCpu(values: PropertyStringValues): PropertyStringValues | string {
  // qemu-server QemuServer/CPUConfig.pm: validate_cpu_conf
  return isTrue(values.cputype) ? values : 'CPU is missing cputype\n'
}

function validateVmCpu(
  values: PropertyStringValues,
  { customCpuModels }: FormatContext,
): PropertyStringValues | string {
  // qemu-server QemuServer/CPUConfig.pm: validate_vm_cpu_conf
  const { cputype, flags } = values
  if (cputype === undefined || !isTrue(cputype)) return validateCpu(values)
  if (cputype.startsWith('custom-')) {
    const name = cputype.slice('custom-'.length)
    if (customCpuModels?.has(name) !== true) return `Custom cputype '${name}' not found\n`
  } else if (!CPU_MODELS.has(cputype)) {
    return `Built-in cputype '${cputype}' is not defined (missing 'custom-' prefix?)\n`
  }
  if (isTrue(flags) && !VM_FLAGS.test(flags ?? '')) {
    return `VM-specific CPU flags must be a subset of: ${VM_FLAG_NAMES.join(', ')}\n`
  }
  return values['reported-model'] === undefined
    ? values
    : "Property 'reported-model' not allowed in VM-specific CPU config.\n"
}

// qemu-server QemuServer/CPUConfig.pm: $builtin_models_by_arch, and the models of QEMU
const CPU_MODELS: ReadonlySet<string> = new Set([
  ...(namedShape('pve-cpu-conf')?.properties?.['reported-model']?.enum ?? []),
  'x86-64-v2',
  'x86-64-v2-AES',
  'x86-64-v3',
  'x86-64-v4',
])

// qemu-server QemuServer/CPUFlags.pm: $supported_vm_specific_cpu_flags_by_arch
const VM_FLAG_NAMES = [
  'aes',
  'amd-no-ssb',
  'amd-ssbd',
  'hv-evmcs',
  'hv-tlbflush',
  'ibpb',
  'md-clear',
  'nested-virt',
  'pcid',
  'pdpe1gb',
  'spec-ctrl',
  'ssbd',
  'virt-ssbd',
]
const VM_FLAG = `[+-](?:${VM_FLAG_NAMES.join('|')})`
const VM_FLAGS = new RegExp(`^${VM_FLAG}(?:;${VM_FLAG})*\n?$`)
