import type { ReadonlySection } from '../guest/config-file.js'
import { failed } from '../../engine/fault.js'
import { customCpuModels } from '../cluster/cpu-models.js'
import { requireBridge } from '../guest/bridge.js'
import { readProperties } from '../guest/property-string.js'
import { driveNames, parseDrive } from './drive.js'
import { hotplugFeatures } from './hotplug.js'
import { readNetwork } from './network.js'
import { requireRunnable } from './machine.js'
import { requireMemory } from './require-memory.js'
import type { VmJob } from './vm-job.js'
import { isSince } from '../version.js'
import { vmOption } from './vm-options.js'

/**
 * What keeps the emulator from being started, and what is only warned of, in the order of the original. QemuServer.pm:
 * vm_start_nolock, config_to_command
 */
export function requireStartable(job: VmJob, machine: string | undefined): void {
  const { cluster, vm } = job
  const { main } = vm.config
  for (const name of driveNames) {
    const drive = parseDrive(name, main.get(name) ?? '')
    if (!drive || drive.file === 'none' || drive.file === 'cdrom') continue
    if (!drive.file.startsWith('/')) cluster.storages.requireVolume(drive.file, vm.node)
  }
  const hasFirmware = main.get('bios') === 'ovmf'
  if (hasFirmware) warnOfCertificates(job)
  const wanted = machine ?? main.get('machine')
  if (wanted !== undefined) requireRunnable(wanted, vm.node)
  const cputype = readCpu(main).cputype ?? ''
  if (hasFirmware && narrowModels.has(cputype)) {
    throw failed('OVMF (UEFI) BIOS is not supported on 32-bit CPU types')
  }
  if (hasFirmware && !main.has('efidisk0') && !confidential(main)) {
    job.warn('no efidisk configured! Using temporary efivars disk.')
  }
  requireProcessors(job)
  requireCpuModel(job, cputype)
  requireMemory(main, hotplugFeatures(main.get('hotplug')).has('memory'))
  warnOfThreads(job)
  for (const [name, value] of main) {
    const bridge = /^net\d+$/.test(name) ? readNetwork(value).bridge : undefined
    if (bridge !== undefined) requireBridge(cluster, { node: vm.node, bridge })
  }
}

/** CPUConfig.pm: $cputypes_32bit */
const narrowModels: ReadonlySet<string> = new Set([
  '486',
  'pentium',
  'pentium2',
  'pentium3',
  'coreduo',
  'athlon',
  'kvm32',
  'qemu32',
])

function readCpu(main: ReadonlySection): { readonly cputype?: string } {
  const shape = vmOption('cpu')?.propertyString ?? { defaultKey: 'cputype' }
  return readProperties(main.get('cpu') ?? '', shape)
}

/** Machines of this kind bring their own firmware. */
function confidential(main: ReadonlySection): boolean {
  return /\bsnp\b/.test(main.get('amd-sev') ?? '') || main.has('intel-tdx')
}

/** QemuServer.pm: check_efi_vars */
function warnOfCertificates({ cluster, vm, log, warn }: VmJob): void {
  if (!isSince(cluster, '9.1')) return
  const disk = parseDrive('efidisk0', vm.config.main.get('efidisk0') ?? '')
  if (disk?.['pre-enrolled-keys'] !== '1' || disk['ms-cert'] === '2023k') return
  warn(
    "EFI disk without 'ms-cert=2023k' option, suggesting that not all UEFI 2023\n" +
      'certificates from Microsoft are enrolled yet.',
  )
  log(
    'The UEFI 2011 certificates expire in June 2026! The new certificates are required',
    'for secure boot update for Windows and common Linux distributions.',
    "Use 'Disk Action > Enroll Updated Certificates' in the UI or, while the VM is",
    `shut down, run 'qm enroll-efi-keys ${vm.vmid}' to enroll the new certificates.`,
    '',
    'For Windows with BitLocker, run the following command inside Powershell:',
    '  manage-bde -protectors -disable <drive>',
    "for each drive with BitLocker (for example, <drive> could be 'C:').",
    'This is required for each drive with BitLocker before proceeding with enrollment.',
    'Otherwise, you will be prompted for the BitLocker recovery key on the next boot.',
  )
}

function requireCpuModel({ cluster }: VmJob, cputype: string): void {
  if (!cputype.startsWith('custom-')) return
  const name = cputype.slice('custom-'.length)
  if (!customCpuModels(cluster.config).some(({ id }) => id === name)) {
    throw failed(`Custom cputype '${name}' not found`)
  }
}

function requireProcessors({ cluster, vm }: VmJob): void {
  const { main } = vm.config
  const sockets = Number(main.get('sockets')) || Number(main.get('smp')) || 1
  const wanted = sockets * (Number(main.get('cores')) || 1)
  const { cpu } = cluster.node(vm.node)
  const present = cpu.sockets * cpu.cores
  if (wanted > present) throw failed(`MAX ${present} vcpus allowed per VM on this node`)
}

function warnOfThreads({ vm, warn }: VmJob): void {
  const { main } = vm.config
  if (main.get('scsihw') === 'virtio-scsi-single') return
  for (const name of driveNames.filter((drive) => drive.startsWith('scsi'))) {
    if (parseDrive(name, main.get(name) ?? '')?.iothread !== '1') continue
    warn('iothread is only valid with virtio disk or virtio-scsi-single controller, ignoring')
  }
}
