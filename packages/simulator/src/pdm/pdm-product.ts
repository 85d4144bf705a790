import type { RestProduct } from '../rest/product.js'

// proxmox-datacenter-manager lib/pdm-api-types/src/acl.rs: PRIVILEGES
const privileges: readonly string[] = [
  'System.Audit',
  'System.Modify',
  'Sys.Console',
  'Sys.PowerManagement',
  'Resource.Audit',
  'Resource.Manage',
  'Resource.Modify',
  'Resource.Create',
  'Resource.Delete',
  'Resource.Migrate',
  'Access.Audit',
  'Access.Modify',
  'Realm.Allocate',
]

export const pdmProduct: RestProduct = {
  name: 'pdm',
  ticketPrefix: 'PDM',
  cookie: 'PDMAuthCookie',
  hostCookie: '__Host-PDMAuthCookie',
  tokenScheme: 'PDMAPIToken',
  realm: { name: 'pdm', comment: 'Proxmox Datacenter Manager authentication server' },
  privileges,
  // proxmox-datacenter-manager lib/pdm-api-types/src/acl.rs: roles
  roles: new Map([
    ['Administrator', { privileges, comment: 'Administrators can inspect and modify the system.' }],
    [
      'Auditor',
      {
        privileges: ['System.Audit', 'Resource.Audit', 'Access.Audit'],
        comment: 'An Auditor can inspect many aspects of the system, but not change them.',
      },
    ],
  ]),
  noAccess: 'NoAccess',
  privilege: {
    audit: 'System.Audit',
    modify: 'System.Modify',
    aclAudit: 'Access.Audit',
    aclModify: 'Access.Modify',
  },
  defaultPaths: ['/', '/access', '/resource', '/system', '/view'],
  depths: {
    access: 1,
    'access/acl': 2,
    'access/users': 2,
    'access/realm': 2,
    resource: 2,
    view: 2,
    system: 1,
    'system/auto-installation': 2,
    'system/certificates': 2,
    'system/disks': 2,
    'system/log': 2,
    'system/notifications': 2,
    'system/status': 2,
    'system/tasks': 2,
    'system/time': 2,
    'system/services': 3,
    'system/network': 2,
    'system/network/dns': 3,
    'system/network/interfaces': 4,
  },
}
