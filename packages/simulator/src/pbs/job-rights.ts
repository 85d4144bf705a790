import { isTokenId, ownerOf } from '../rest/access/auth-id.js'
import type { RestRights } from '../rest/access/rights.js'
import { textOf } from '../rest/context.js'
import { bad } from '../rest/rest-fault.js'
import type { RestSection } from '../rest/section-file.js'
import { storePath } from './store-path.js'

/** proxmox-backup src/api2/config/sync.rs: check_sync_job_read_access */
export function seesJob(rights: RestRights, { data }: RestSection): boolean {
  const { store, ns, 'remote-store': remoteStore } = data
  const remote = textOf(data, 'remote')
  if (!rights.hasAny(storePath(String(store), ns), 'Datastore.Audit')) return false
  return remote === undefined
    ? rights.hasAny(storePath(String(remoteStore)), 'Datastore.Audit')
    : rights.hasAny(`/remote/${remote}`, 'Remote.Audit')
}

export function requireReadableJob(rights: RestRights, job: RestSection): void {
  if (!seesJob(rights, job)) throw bad('permission check failed')
}

/** proxmox-backup src/api2/config/sync.rs: check_sync_job_modify_access */
export function requireSyncRights(rights: RestRights, { data }: RestSection): void {
  const { store, ns, 'remote-store': remoteStore, owner = 'root@pam' } = data
  const remote = textOf(data, 'remote')
  const target = storePath(String(store), ns)
  const { user } = rights
  const isOwner =
    owner === user ||
    (typeof owner === 'string' && isTokenId(owner) && !isTokenId(user) && ownerOf(owner) === user)
  const mayRun =
    rights.hasAny(target, 'Datastore.Backup') &&
    (data['remove-vanished'] !== true || rights.hasAny(target, 'Datastore.Prune')) &&
    (isOwner || rights.hasAny(target, 'Datastore.Modify')) &&
    (remote === undefined ||
      rights.hasAny(`/remote/${remote}/${String(remoteStore)}`, 'Remote.Read'))
  if (!mayRun) throw bad('permission check failed')
}
