import { restCollection } from '../collection.js'
import type { RestHandler } from '../context.js'
import { domainsFile } from './realms.js'

/** Realms that are configured. proxmox-backup src/api2/config/access/, proxmox-datacenter-manager server/src/api/config/access/ */
export const realmCollections: readonly RestHandler[] = (['openid', 'ldap', 'ad'] as const).flatMap(
  (type) =>
    restCollection({
      file: domainsFile,
      type,
      path: `/config/access/${type}`,
      id: 'realm',
      noun: 'realm',
      hidden: ['password'],
    }),
)
