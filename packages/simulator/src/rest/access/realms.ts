import type { Cluster } from '../../pve/cluster.js'
import { handleRest, type RestContext, type RestHandler } from '../context.js'
import { bad } from '../rest-fault.js'
import { RestSectionFile } from '../section-file.js'

export const domainsFile: RestSectionFile = new RestSectionFile('domains.cfg', {
  openid: { id: 'realm', created: '/config/access/openid' },
  ldap: { id: 'realm', created: '/config/access/ldap' },
  ad: { id: 'realm', created: '/config/access/ad' },
})

// proxmox-backup src/api2/access/domain.rs: list_domains
const listDomains = handleRest('GET', '/access/domains', ({ product, cluster, tell }) => {
  tell('digest', domainsFile.digest(cluster))
  const { realm } = product
  const others = [...domainsFile.sections(cluster).values()]
  const isDefault = others.some(({ data }) => data.default === true)
  return [
    {
      realm: 'pam',
      type: 'pam',
      comment: 'Linux PAM standard authentication',
      ...(!isDefault && { default: true }),
    },
    { realm: realm.name, type: realm.name, comment: realm.comment },
    ...others.map(({ id, type, data }) => ({
      realm: id,
      type,
      ...(data.comment !== undefined && { comment: data.comment }),
      ...(data.default !== undefined && { default: data.default }),
    })),
  ]
})

export const realmHandlers: readonly RestHandler[] = [listDomains]

/** Throws for a realm that is not there. proxmox-backup src/auth.rs: lookup_authenticator */
export function requireRealm(
  { product }: Pick<RestContext, 'product'>,
  cluster: Cluster,
  realm: string,
): void {
  const isKnown =
    realm === 'pam' || realm === product.realm.name || domainsFile.sections(cluster).has(realm)
  if (!isKnown) throw bad(`unknown realm '${realm}'`)
}
