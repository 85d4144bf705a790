import { isTokenId, ownerOf } from '../../rest/access/auth-id.js'
import { isActive } from '../../rest/access/user-file.js'
import { handleRest, needText, type RestHandler } from '../../rest/context.js'
import { bad, unauthorized } from '../../rest/rest-fault.js'
import { isLimited, isOwner, openForGroup, placeOf, type Needed } from './access.js'
import { groupName } from './backup-place.js'
import { Datastore } from './datastore.js'
import { snapshotFiles } from './snapshots.js'

const path = '/admin/datastore/{store}'

const reading: Needed = { full: ['Datastore.Audit'], own: ['Datastore.Backup'] }
const pruning: Needed = { full: ['Datastore.Modify'], own: ['Datastore.Prune'] }
const writing: Needed = { full: ['Datastore.Modify'], own: ['Datastore.Backup'] }

// proxmox-backup src/api2/admin/datastore.rs: list_groups
const list = handleRest('GET', `${path}/groups`, ({ params, cluster, rights, user }) => {
  const place = placeOf(params)
  const limited = isLimited(rights, place, reading)
  const datastore = new Datastore(cluster, place.store, 'read')
  return datastore.groups(place.ns).flatMap((group) => {
    const owner = datastore.owner(group)
    const snapshots = datastore.snapshots(group)
    const last = snapshots.at(-1)
    if (!last || (limited && !isOwner(owner, user))) return []
    const [comment] = datastore.groupNotes(group).split('\n')
    return [
      {
        'backup-type': group.type,
        'backup-id': group.id,
        'last-backup': last.time,
        'backup-count': snapshots.length,
        files: snapshotFiles(datastore, last).map(({ filename }) => filename),
        owner,
        ...(comment !== '' && { comment }),
      },
    ]
  })
})

// proxmox-backup src/api2/admin/datastore.rs: delete_group
const remove = handleRest('DELETE', `${path}/groups`, (context) => {
  const { datastore, group } = openForGroup(context, pruning, 'write')
  if (datastore.snapshots(group).length === 0) datastore.owner(group)
  const { removed, kept } = datastore.removeGroup(group)
  const failsOnProtected = context.params['error-on-protected'] !== false
  if (kept > 0 && failsOnProtected) {
    throw bad('group only partially deleted due to protected snapshots')
  }
  return {
    'protected-snapshots': kept,
    'removed-groups': kept === 0 ? 1 : 0,
    'removed-snapshots': removed,
  }
})

// proxmox-backup src/api2/admin/datastore.rs: get_group_notes
const readNotes = handleRest('GET', `${path}/group-notes`, (context) => {
  const { datastore, group } = openForGroup(context, reading, 'read')
  return datastore.groupNotes(group)
})

// proxmox-backup src/api2/admin/datastore.rs: set_group_notes
const writeNotes = handleRest('PUT', `${path}/group-notes`, (context) => {
  const { datastore, group } = openForGroup(context, writing, 'write')
  datastore.setGroupNotes(group, needText(context.params, 'notes'))
})

// proxmox-backup src/api2/admin/datastore.rs: set_backup_owner
const changeOwner = handleRest('POST', `${path}/change-owner`, (context) => {
  const { params, cluster, rights, user } = context
  const place = placeOf(params)
  const limited = isLimited(rights, place, writing)
  const datastore = new Datastore(cluster, place.store, 'write')
  const group = {
    ns: place.ns,
    type: needText(params, 'backup-type'),
    id: needText(params, 'backup-id'),
  }
  const owner = datastore.owner(group)
  const next = needText(params, 'new-owner')
  if (limited && !mayPassOn(user, owner, next)) {
    throw unauthorized(
      `${user} does not have permission to change owner of backup group '${groupName(group)}' to ${next}`,
    )
  }
  if (!isActive(cluster, next)) {
    throw bad(`${isTokenId(next) ? 'API token' : 'user'} '${next}' is inactive or non-existent`)
  }
  datastore.setOwner(group, next)
})

export const groupHandlers: readonly RestHandler[] = [
  list,
  remove,
  readNotes,
  writeNotes,
  changeOwner,
]

/** Between a user and his own tokens, and nobody else. */
function mayPassOn(user: string, owner: string, next: string): boolean {
  if (!isTokenId(owner) && !isTokenId(next)) return false
  return ownerOf(owner) === ownerOf(next) && ownerOf(owner) === user
}
