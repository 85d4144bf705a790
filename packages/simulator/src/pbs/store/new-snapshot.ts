import { createHash } from 'node:crypto'
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
  const place =
    ns === ''
      ? root
      : `${root}/${ns
          .split('/')
          .map((part) => `ns/${part}`)
          .join('/')}`
  const directory = `${place}/${group}/${timeText(time)}`
  const archive = archives[type] ?? 'root.pxar.didx'
  const manifest = formatManifest({
    'backup-type': type,
    'backup-id': id,
    'backup-time': time,
    files: [
      {
        filename: archive,
        'crypt-mode': 'none',
        size,
        csum: createHash('sha256').update(`${directory}/${archive}`).digest('hex'),
      },
    ],
    unprotected: comment === undefined ? {} : { notes: comment },
  })
  return {
    [`${place}/${group}/owner`]: `${owner}\n`,
    [`${directory}/index.json.blob`]: manifest,
    ...(snapshot.protected && { [`${directory}/.protected`]: '' }),
  }
}

const archives: Readonly<Record<string, string>> = { vm: 'drive-scsi0.img.fidx' }

/** The name of a snapshot's directory: `2026-01-01T02:00:00Z`. */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
