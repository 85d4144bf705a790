import type { Upid } from '@proxkit/schema'
import type { TaskScope } from '../rest/tasks.js'
import { storePath } from './store-path.js'

/** proxmox-backup src/api2/node/tasks.rs: check_job_privs, check_job_store */
export const taskScope: TaskScope = {
  mayRun({ rights }, upid) {
    switch (upid.type) {
      case 'verificationjob': {
        const [store, isJob] = upid.id.split(':')
        return isJob !== undefined && rights.hasAny(storePath(store ?? ''), 'Datastore.Verify')
      }
      case 'syncjob': {
        const [remote, remoteStore, store, ns] = upid.id.split(':')
        if (store === undefined) return false
        const source = `/remote/${remote ?? ''}/${remoteStore ?? ''}`
        return (
          rights.hasAny(storePath(store, ns), 'Datastore.Backup') &&
          (remote === '-' || rights.hasAny(source, 'Remote.Read'))
        )
      }
      case 'garbage_collection':
        return rights.hasAny(storePath(upid.id), 'Datastore.Modify')
      case 'prune':
      case 'prunejob': {
        const [store = '', ns] = upid.id.split(':')
        return rights.hasAny(storePath(store, ns), 'Datastore.Modify')
      }
      default:
        return false
    }
  },
  isOfStore: (upid, store) => storeOf(upid) === store,
}

function storeOf({ type, id }: Upid): string | undefined {
  if (type === 'syncjob') return id.split(':')[2]
  const isOfOne = /^(?:verif.*|prune|prunejob|backup|garbage_collection)$/.test(type)
  return isOfOne ? id.split(':')[0] : undefined
}
