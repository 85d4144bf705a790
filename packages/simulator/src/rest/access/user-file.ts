import type { Cluster } from '../../pve/cluster.js'
import { RestSectionFile, type RestSection } from '../section-file.js'
import { isTokenId, ownerOf } from './auth-id.js'

const file = new RestSectionFile('user.cfg', {
  user: { id: 'userid', created: '/access/users' },
  token: { id: 'tokenid', created: '/access/users/{userid}/token/{token-name}' },
})

/** `user.cfg`, where the superuser always is, written or not. */
export const userFile = {
  sections(cluster: Cluster): ReadonlyMap<string, RestSection> {
    const sections = file.sections(cluster)
    return sections.has('root@pam') ? sections : new Map(sections).set('root@pam', superuser)
  },
  lookup(cluster: Cluster, type: 'user' | 'token', id: string): RestSection {
    const root = type === 'user' && id === 'root@pam' ? this.sections(cluster).get(id) : undefined
    return root ?? file.lookup(cluster, type, id)
  },
  shown: (section: RestSection): Record<string, unknown> => file.shown(section),
  digest: (cluster: Cluster): string => file.digest(cluster),
  requireDigest: (cluster: Cluster, digest: unknown): void => file.requireDigest(cluster, digest),
  put(cluster: Cluster, section: RestSection): void {
    file.save(cluster, new Map(this.sections(cluster)).set(section.id, section))
  },
  remove(cluster: Cluster, id: string): void {
    const sections = new Map(this.sections(cluster))
    sections.delete(id)
    file.save(cluster, sections)
  },
}

// proxmox-backup pbs-config/src/user.rs: config
const superuser: RestSection = { type: 'user', id: 'root@pam', data: { comment: 'Superuser' } }

/** Whether a user, or a token and its user, are enabled and not expired. proxmox-backup pbs-config/src/cached_user_info.rs */
export function isActive(cluster: Cluster, id: string): boolean {
  const sections = userFile.sections(cluster)
  const ids = isTokenId(id) ? [ownerOf(id), id] : [id]
  return ids.every((one) => {
    const { enable = true, expire = 0 } = sections.get(one)?.data ?? { enable: false }
    return enable !== false && (Number(expire) === 0 || Number(expire) > cluster.now())
  })
}
