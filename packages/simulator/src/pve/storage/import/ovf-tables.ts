/** Types of hardware in a description. pve-storage GuestImport/OVF.pm: @resources */
export const resource = { processor: 3, memory: 4, ethernetAdapter: 10, diskDrive: 17 } as const

/** Buses of the controllers that disks can be on. pve-storage GuestImport/OVF.pm: id_to_pve */
export const controllerBus: Readonly<Record<string, string>> = { 5: 'ide', 6: 'scsi', 20: 'sata' }

/** pve-storage GuestImport/OVF.pm: $allowed_nic_models */
export const nicModels: ReadonlySet<string> = new Set(['e1000', 'e1000e', 'vmxnet3'])

/** The type of guest for the number of an operating system. pve-storage GuestImport/OVF.pm: get_ostype */
export function ostypeOf(id: string): string {
  return Object.keys(systems).find((type) => systems[type]?.includes(Number(id))) ?? 'other'
}

const systems: Readonly<Record<string, readonly number[]>> = {
  winxp: [18],
  solaris: [29, 81],
  l24: [97, 98],
  l26: [
    36, 79, 80, 82, 83, 84, 85, 87, 89, 90, 91, 92, 93, 94, 95, 96, 99, 100, 101, 106, 107, 108,
    109,
  ],
  w2k: [58],
  wxp: [67, 71, 72, 75],
  w2k3: [69, 70],
  wvista: [73, 74],
  w2k8: [76, 77],
  win7: [103, 105],
  win8: [111, 112, 113, 114, 115, 117, 118],
  win10: [116, 119, 120, 121],
  win11: [122, 123],
}
