import { handleRest, isSet, needText, textOf, type RestHandler } from '../../rest/context.js'
import { isLimited, isOwner, openForSnapshot, placeOf, type Needed } from './access.js'
import type { GroupPlace, SnapshotPlace } from './backup-place.js'
import { Datastore } from './datastore.js'

const path = '/admin/datastore/{store}'

const listing: Needed = { full: ['Datastore.Audit'], own: ['Datastore.Backup'] }
const reading: Needed = { full: ['Datastore.Audit', 'Datastore.Read'], own: ['Datastore.Backup'] }
const pruning: Needed = { full: ['Datastore.Modify'], own: ['Datastore.Prune'] }
const writing: Needed = { full: ['Datastore.Modify'], own: ['Datastore.Backup'] }

// proxmox-backup src/api2/admin/datastore.rs: list_snapshots
const list = handleRest('GET', `${path}/snapshots`, ({ params, cluster, rights, user }) => {
  const place = placeOf(params)
  const limited = isLimited(rights, place, listing)
  const datastore = new Datastore(cluster, place.store, 'read')
  const type = textOf(params, 'backup-type')
  const id = textOf(params, 'backup-id')
  return datastore
    .groups(place.ns)
    .filter((group) => type === undefined || group.type === type)
    .filter((group) => id === undefined || group.id === id)
    .flatMap((group) => snapshotRows(datastore, group, limited ? user : undefined))
})

// proxmox-backup src/api2/admin/datastore.rs: list_snapshot_files
const listFiles = handleRest('GET', `${path}/files`, (context) => {
  const { datastore, snapshot } = openForSnapshot(context, reading, 'read')
  return snapshotFiles(datastore, snapshot)
})

// proxmox-backup src/api2/admin/datastore.rs: delete_snapshot
const remove = handleRest('DELETE', `${path}/snapshots`, (context) => {
  const { datastore, snapshot } = openForSnapshot(context, pruning, 'write')
  datastore.removeSnapshot(snapshot)
})

// proxmox-backup src/api2/admin/datastore.rs: get_notes
const readNotes = handleRest('GET', `${path}/notes`, (context) => {
  const { datastore, snapshot } = openForSnapshot(context, listing, 'read')
  const { notes } = datastore.manifest(snapshot).unprotected
  return typeof notes === 'string' ? notes : ''
})

// proxmox-backup src/api2/admin/datastore.rs: set_notes
const writeNotes = handleRest('PUT', `${path}/notes`, (context) => {
  const { datastore, snapshot } = openForSnapshot(context, writing, 'write')
  datastore.noteOn(snapshot, { notes: needText(context.params, 'notes') })
})

// proxmox-backup src/api2/admin/datastore.rs: get_protection
const readProtection = handleRest('GET', `${path}/protected`, (context) => {
  const { datastore, snapshot } = openForSnapshot(context, listing, 'read')
  return datastore.isProtected(snapshot)
})

// proxmox-backup src/api2/admin/datastore.rs: set_protection
const writeProtection = handleRest('PUT', `${path}/protected`, (context) => {
  const { datastore, snapshot } = openForSnapshot(context, writing, 'write')
  datastore.protect(snapshot, isSet(context.params, 'protected'))
})

export const snapshotHandlers: readonly RestHandler[] = [
  list,
  listFiles,
  remove,
  readNotes,
  writeNotes,
  readProtection,
  writeProtection,
]

interface ShownFile {
  readonly filename: string
  readonly 'crypt-mode': string
  readonly size: number
}

/** The archives of a snapshot, and its manifest. proxmox-backup src/api2/admin/datastore.rs: read_backup_index */
export function snapshotFiles(datastore: Datastore, place: SnapshotPlace): ShownFile[] {
  const text = datastore.manifestText(place)
  const { files } = datastore.manifest(place)
  return [
    ...files.map(({ filename, size, 'crypt-mode': mode }) => ({
      filename,
      'crypt-mode': mode,
      size,
    })),
    { filename: 'index.json.blob', 'crypt-mode': 'none', size: Buffer.byteLength(text) },
  ]
}

function snapshotRows(
  datastore: Datastore,
  group: GroupPlace,
  onlyOf: string | undefined,
): Record<string, unknown>[] {
  const owner = datastore.owner(group)
  if (onlyOf !== undefined && !isOwner(owner, onlyOf)) return []
  return datastore.snapshots(group).map((place) => {
    const files = snapshotFiles(datastore, place)
    const { notes, verify_state: verification } = datastore.manifest(place).unprotected
    const [comment] = typeof notes === 'string' ? notes.split('\n') : []
    return {
      'backup-type': place.type,
      'backup-id': place.id,
      'backup-time': place.time,
      ...(comment !== undefined && comment !== '' && { comment }),
      ...(verification !== undefined && { verification }),
      files,
      size: files.reduce((sum, { size }) => sum + size, 0),
      owner,
      protected: datastore.isProtected(place),
    }
  })
}
