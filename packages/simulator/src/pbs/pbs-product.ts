import { systemDepths } from '../rest/access/acl-path.js'
import type { RestProduct, Role } from '../rest/product.js'

// proxmox-backup pbs-api-types/src/acl.rs: PRIVILEGES
const privileges: readonly string[] = [
  'Sys.Audit',
  'Sys.Modify',
  'Sys.PowerManagement',
  'Datastore.Audit',
  'Datastore.Allocate',
  'Datastore.Modify',
  'Datastore.Read',
  'Datastore.Verify',
  'Datastore.Backup',
  'Datastore.Prune',
  'Permissions.Modify',
  'Remote.Audit',
  'Remote.Modify',
  'Remote.Read',
  'Remote.DatastoreBackup',
  'Remote.DatastoreModify',
  'Remote.DatastorePrune',
  'Sys.Console',
  'Tape.Audit',
  'Tape.Modify',
  'Tape.Write',
  'Tape.Read',
  'Realm.Allocate',
]

function role(comment: string, ...names: string[]): Role {
  return { comment, privileges: privileges.filter((name) => names.includes(name)) }
}

// proxmox-backup pbs-api-types/src/acl.rs: Role
const roles: ReadonlyMap<string, Role> = new Map([
  ['Admin', role('Administrator', ...privileges)],
  ['Audit', role('Auditor', 'Sys.Audit', 'Datastore.Audit')],
  ['NoAccess', role('Disable Access')],
  [
    'DatastoreAdmin',
    role(
      'Datastore Administrator',
      'Datastore.Audit',
      'Datastore.Modify',
      'Datastore.Read',
      'Datastore.Verify',
      'Datastore.Backup',
      'Datastore.Prune',
    ),
  ],
  [
    'DatastoreReader',
    role(
      'Datastore Reader (inspect datastore content and do restores)',
      'Datastore.Audit',
      'Datastore.Verify',
      'Datastore.Read',
    ),
  ],
  [
    'DatastoreBackup',
    role('Datastore Backup (backup and restore owned backups)', 'Datastore.Backup'),
  ],
  [
    'DatastorePowerUser',
    role(
      'Datastore PowerUser (backup, restore and prune owned backup)',
      'Datastore.Prune',
      'Datastore.Backup',
    ),
  ],
  ['DatastoreAudit', role('Datastore Auditor', 'Datastore.Audit')],
  ['RemoteAudit', role('Remote Auditor', 'Remote.Audit')],
  ['RemoteAdmin', role('Remote Administrator', 'Remote.Audit', 'Remote.Modify', 'Remote.Read')],
  ['RemoteSyncOperator', role('Syncronisation Opertator', 'Remote.Audit', 'Remote.Read')],
  [
    'RemoteSyncPushOperator',
    role('Synchronisation Operator (push direction)', 'Remote.Audit', 'Remote.DatastoreBackup'),
  ],
  [
    'RemoteDatastorePowerUser',
    role(
      'Remote Datastore Prune',
      'Remote.Audit',
      'Remote.DatastoreBackup',
      'Remote.DatastorePrune',
    ),
  ],
  [
    'RemoteDatastoreAdmin',
    role(
      'Remote Datastore Admin',
      'Remote.Audit',
      'Remote.DatastoreBackup',
      'Remote.DatastoreModify',
      'Remote.DatastorePrune',
    ),
  ],
  ['TapeAudit', role('Tape Auditor', 'Tape.Audit')],
  ['TapeAdmin', role('Tape Administrator', 'Tape.Audit', 'Tape.Modify', 'Tape.Read', 'Tape.Write')],
  ['TapeOperator', role('Tape Operator', 'Tape.Audit', 'Tape.Read', 'Tape.Write')],
  ['TapeReader', role('Tape Reader', 'Tape.Audit', 'Tape.Read')],
])

/** How many namespaces may be inside each other. */
export const maxNamespaceDepth = 7

/** proxmox-backup pbs-config/src/acl.rs: check_acl_path */
const depths: Readonly<Record<string, number>> = {
  access: 1,
  'access/acl': 2,
  'access/users': 2,
  'access/domains': 2,
  'access/openid': 3,
  datastore: 2 + maxNamespaceDepth,
  remote: 3,
  ...systemDepths,
  tape: 1,
  'tape/device': 3,
  'tape/pool': 3,
  'tape/job': 3,
}

export const pbsProduct: RestProduct = {
  name: 'pbs',
  ticketPrefix: 'PBS',
  cookie: 'PBSAuthCookie',
  hostCookie: '__Host-PBSAuthCookie',
  tokenScheme: 'PBSAPIToken',
  realm: { name: 'pbs', comment: 'Proxmox Backup authentication server' },
  privileges,
  roles,
  noAccess: 'NoAccess',
  defaultPaths: ['/', '/access', '/datastore', '/remote', '/system'],
  privilege: {
    audit: 'Sys.Audit',
    modify: 'Sys.Modify',
    aclAudit: 'Sys.Audit',
    aclModify: 'Permissions.Modify',
  },
  depths,
}
