/** Privileges of one area by who gets them: nobody but Administrator, area admins, area users, auditors. */
interface PrivilegeGroup {
  readonly root?: readonly string[]
  readonly admin: readonly string[]
  readonly user?: readonly string[]
  readonly audit?: readonly string[]
}

// pve-access-control AccessControl.pm: $privgroups, and what was there before
const areas: Readonly<Record<string, PrivilegeGroup>> = {
  VM: {
    admin: list(
      'VM.Config.{Disk,CPU,Memory,Network,HWType,Options}',
      'VM.{Allocate,Clone,GuestAgent.Unrestricted,Migrate,Monitor,Replicate}',
      'VM.{Snapshot,Snapshot.Rollback}',
    ),
    user: list(
      'VM.Config.{CDROM,Cloudinit}',
      'VM.{Console,Backup,PowerMgmt}',
      'VM.GuestAgent.{FileRead,FileSystemMgmt,FileWrite}',
    ),
    audit: list('VM.{Audit,GuestAgent.Audit}'),
  },
  Sys: {
    root: list('Sys.{PowerMgmt,Modify,Incoming,AccessNetwork}'),
    admin: ['Permissions.Modify', 'Sys.Console', 'Sys.Syslog'],
    audit: ['Sys.Audit'],
  },
  Datastore: {
    admin: list('Datastore.{Allocate,AllocateTemplate}'),
    user: ['Datastore.AllocateSpace'],
    audit: ['Datastore.Audit'],
  },
  SDN: { admin: list('SDN.{Allocate,Audit}'), user: ['SDN.Use'], audit: ['SDN.Audit'] },
  User: {
    root: ['Realm.Allocate'],
    admin: ['User.Modify', 'Group.Allocate', 'Realm.AllocateUser'],
  },
  Pool: { admin: ['Pool.Allocate'], user: ['Pool.Audit'], audit: ['Pool.Audit'] },
  Mapping: { admin: ['Mapping.Modify'], user: ['Mapping.Use'], audit: ['Mapping.Audit'] },
}

interface Lifetime {
  readonly since?: number
  readonly until?: number
}

/** The major versions whose areas have a privilege, from the first up to the one without it; the others always do. */
const lifetimes: readonly (readonly [names: RegExp, lifetime: Lifetime])[] = [
  // pve-access-control 8.0.0: only Administrator has it since
  [/^Permissions\.Modify$/, { until: 8 }],
  // pve-access-control 9.0.2, 9.0.3
  [/^VM\.Monitor$/, { until: 9 }],
  [/^VM\.(?:GuestAgent\.|Replicate$)/, { since: 9 }],
  // pve-access-control 8.0.0, 8.1.2
  [/^(?:Mapping\.|SDN\.Use$|Sys\.AccessNetwork$)/, { since: 8 }],
]

/** The privileges and roles that a version of Proxmox VE knows by itself. */
export interface AccessModel {
  readonly privileges: ReadonlySet<string>
  /** The roles that every cluster has, by name, with their privileges. */
  readonly builtInRoles: ReadonlyMap<string, ReadonlySet<string>>
}

const models = new Map<number, AccessModel>()

/** The model of a version such as `8.4`. */
export function accessModel(version: string): AccessModel {
  const major = Number.parseInt(version, 10)
  let model = models.get(major)
  if (!model) models.set(major, (model = createModel(major)))
  return model
}

/** Every privilege of any version that is served. */
export const everyPrivilege: ReadonlySet<string> = new Set(
  ['7.4', '8.4', '9.2'].flatMap((version) => [...accessModel(version).privileges]),
)

/** pve-access-control AccessControl.pm: create_roles */
function createModel(major: number): AccessModel {
  const privileges = new Set(['Permissions.Modify'])
  const everyAdmin = new Set<string>()
  const auditor = new Set<string>()
  const builtInRoles = new Map<string, ReadonlySet<string>>([
    ['NoAccess', new Set()],
    ['Administrator', privileges],
    ['PVETemplateUser', new Set(['VM.Clone', 'VM.Audit'])],
  ])
  for (const [area, { root, admin, user, audit }] of areasOf(major)) {
    const areaAdmin = new Set([...admin, ...user, ...audit])
    if (areaAdmin.size === 0) continue
    builtInRoles.set(`PVE${area}Admin`, areaAdmin)
    if (user.length > 0) builtInRoles.set(`PVE${area}User`, new Set([...user, ...audit]))
    for (const privilege of [...root, ...areaAdmin]) privileges.add(privilege)
    for (const privilege of areaAdmin) everyAdmin.add(privilege)
    for (const privilege of audit) auditor.add(privilege)
  }
  everyAdmin.delete('Mapping.Modify')
  builtInRoles.set('PVEAdmin', everyAdmin).set('PVEAuditor', auditor)
  return { privileges, builtInRoles }
}

/** The areas with what a major version knows of each. */
function areasOf(major: number): [area: string, group: Required<PrivilegeGroup>][] {
  const isKnown = (name: string): boolean =>
    lifetimes.every(
      ([names, { since = 0, until = Infinity }]) =>
        !names.test(name) || (since <= major && major < until),
    )
  return Object.entries(areas).map(([area, { root = [], admin, user = [], audit = [] }]) => [
    area,
    {
      root: root.filter(isKnown),
      admin: admin.filter(isKnown),
      user: user.filter(isKnown),
      audit: audit.filter(isKnown),
    },
  ])
}

/** Writes out `VM.{Audit,Clone}`. */
function list(...patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    const [, prefix = '', names = ''] = /^(.*)\{(.*)\}$/.exec(pattern) ?? []
    return names.split(',').map((name) => prefix + name)
  })
}
