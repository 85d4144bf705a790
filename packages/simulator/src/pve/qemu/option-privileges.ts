/** Privileges that an option asks for by its name alone; undefined for one that only root may set. */
export function privilegesOf(name: string): readonly string[] | undefined {
  if (/^numa\d+$/.test(name)) return ['VM.Config.CPU']
  if (/^net\d+$/.test(name)) return ['VM.Config.Network']
  if (/^ipconfig\d+$/.test(name)) return cloudinitPrivileges
  return privilegesByOption.get(name)
}

/** Of these, any one will do. */
export const cloudinitPrivileges: readonly string[] = ['VM.Config.Cloudinit', 'VM.Config.Network']

const privilegeGroups: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ['VM.Config.CPU'],
    ['cores', 'cpu', 'runningcpu', 'cpulimit', 'cpuunits', 'numa', 'smp', 'sockets', 'vcpus'],
  ],
  [['VM.Config.Memory'], ['memory', 'balloon', 'shares', 'allow-ksm']],
  [
    ['VM.Config.HWType'],
    [
      'acpi',
      'hotplug',
      'kvm',
      'machine',
      'runningmachine',
      'scsihw',
      'smbios1',
      'tablet',
      'vga',
      'watchdog',
      'audio0',
      'rng0',
    ],
  ],
  [
    ['VM.Config.Options'],
    [
      'agent',
      'autostart',
      'bios',
      'description',
      'keyboard',
      'localtime',
      'migrate_downtime',
      'migrate_speed',
      'name',
      'onboot',
      'ostype',
      'protection',
      'reboot',
      'startdate',
      'startup',
      'tdf',
      'template',
    ],
  ],
  [['VM.PowerMgmt'], ['freeze']],
  [['VM.Config.Disk'], ['boot', 'bootdisk', 'vmstatestorage']],
  [['VM.Config.Disk', 'VM.PowerMgmt'], ['vmstate']],
  [['VM.Config.Network'], ['running-nets-host-mtu']],
  [
    cloudinitPrivileges,
    [
      'cicustom',
      'cipassword',
      'citype',
      'ciuser',
      'ciupgrade',
      'nameserver',
      'searchdomain',
      'sshkeys',
    ],
  ],
]

const privilegesByOption: ReadonlyMap<string, readonly string[]> = new Map(
  privilegeGroups.flatMap(([privileges, names]) => names.map((name) => [name, privileges])),
)
