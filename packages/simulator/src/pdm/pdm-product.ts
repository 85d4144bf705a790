import { systemDepths } from '../rest/access/acl-path.js'
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
    ...systemDepths,
    'system/auto-installation': 2,
  },
}
