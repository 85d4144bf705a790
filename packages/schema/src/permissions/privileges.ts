/** Privileges of one area by who gets them: nobody but Administrator, area admins, area users, auditors. */
interface PrivilegeGroup {
  readonly root?: readonly string[]
  readonly admin: readonly string[]
  readonly user?: readonly string[]
  readonly audit?: readonly string[]
}

// pve-access-control AccessControl.pm: $privgroups
const areas: Readonly<Record<string, PrivilegeGroup>> = {
  VM: {
    admin: list(
      'VM.Config.{Disk,CPU,Memory,Network,HWType,Options}',
      'VM.{Allocate,Clone,GuestAgent.Unrestricted,Migrate,Replicate,Snapshot,Snapshot.Rollback}',
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
    admin: list('Sys.{Console,Syslog}'),
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

/** Every privilege there is. */
export const privileges: ReadonlySet<string> = new Set([
  'Permissions.Modify',
  ...Object.values(areas).flatMap(({ root = [], admin, user = [], audit = [] }) => [
    ...root,
    ...admin,
    ...user,
    ...audit,
  ]),
])

/** The roles that every cluster has, by name, with their privileges. */
export const builtInRoles: ReadonlyMap<string, ReadonlySet<string>> = createRoles()

/** pve-access-control AccessControl.pm: create_roles */
function createRoles(): ReadonlyMap<string, ReadonlySet<string>> {
  const roles = new Map<string, ReadonlySet<string>>([
    ['NoAccess', new Set()],
    ['Administrator', privileges],
    ['PVETemplateUser', new Set(['VM.Clone', 'VM.Audit'])],
  ])
  const everyAdmin = new Set<string>()
  const auditor = new Set<string>()
  for (const [area, { admin, user = [], audit = [] }] of Object.entries(areas)) {
    const areaAdmin = new Set([...admin, ...user, ...audit])
    roles.set(`PVE${area}Admin`, areaAdmin)
    if (user.length > 0) roles.set(`PVE${area}User`, new Set([...user, ...audit]))
    for (const privilege of areaAdmin) everyAdmin.add(privilege)
    for (const privilege of audit) auditor.add(privilege)
  }
  everyAdmin.delete('Mapping.Modify')
  return roles.set('PVEAdmin', everyAdmin).set('PVEAuditor', auditor)
}

/** Writes out `VM.{Audit,Clone}`. */
function list(...patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    const [, prefix = '', names = ''] = /^(.*)\{(.*)\}$/.exec(pattern) ?? []
    return names.split(',').map((name) => prefix + name)
  })
}
