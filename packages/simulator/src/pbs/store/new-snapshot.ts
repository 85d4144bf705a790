import { createHash } from 'node:crypto'
import { namespacePath, timeText } from './backup-place.js'
import { formatManifest } from './manifest.js'

export interface NewSnapshot {
  /** `vm/100` */
  readonly group: string
  readonly ns?: string
  /** Seconds since the epoch. */
  readonly time: number
  readonly owner?: string
  /** Bytes of its largest archive. */
  readonly size?: number
  readonly comment?: string
  readonly protected?: boolean
}

/** The files of a snapshot that came from outside, by absolute path below the root of a datastore. */
export function newSnapshotFiles(root: string, snapshot: NewSnapshot): Record<string, string> {
  const { group, ns = '', time, owner = 'root@pam', size = 2 ** 30, comment } = snapshot
  const [type = '', id = ''] = group.split('/')
  const place = namespacePath(root, ns)
  const directory = `${place}/${group}/${timeText(time)}`
  const archive = archives[type] ?? 'root.pxar.didx'
  const csum = createHash('sha256').update(`${directory}/${archive}`).digest('hex')
  const manifest = formatManifest({
    'backup-type': type,
    'backup-id': id,
    'backup-time': time,
    files: [
      {
        filename: archive,
        'crypt-mode': 'none',
        size,
        csum,
      },
    ],
    unprotected: comment === undefined ? {} : { notes: comment },
  })
  return {
    [`${place}/${group}/owner`]: `${owner}\n`,
    [`${root}/.chunks/${csum}`]: JSON.stringify({ size, usedAt: time }),
    [`${directory}/index.json.blob`]: manifest,
    ...(snapshot.protected && { [`${directory}/.protected`]: '' }),
  }
}

const archives: Readonly<Record<string, string>> = { vm: 'drive-scsi0.img.fidx' }
