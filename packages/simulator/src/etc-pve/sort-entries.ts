import { isUtf8 } from 'node:buffer'
import type { ImportNote } from './etc-pve.js'
import type { TreeEntry } from './tree-entry.js'

/** A copy of `/etc/pve`, sorted by what its parts are for. */
export interface SortedTree {
  readonly files: Readonly<Record<string, string>>
  /** Nodes that have a directory. */
  readonly nodeNames: readonly string[]
  /** Text of `.members`, which tells of the nodes and is not kept. */
  readonly members: string | undefined
  /** The node that the copy was made on, as far as its links tell. */
  readonly local: string | undefined
  readonly notes: readonly ImportNote[]
}

/** Ways of the node that the copy was made on to its own directory. pve-cluster pmxcfs/pmxcfs.c: main */
const ownDirectory = /^(?:local|qemu-server|openvz|lxc)(?:\/|$)/
/** What the cluster file system makes up whenever it is read, and its locks. */
const madeUp = /^\.(?:version|vmlist|rrd|clusterlog|debug)$|^priv\/lock(?:\/|$)/

/** Takes the entries of a copy for what they are. */
export function sortEntries(entries: readonly TreeEntry[]): SortedTree {
  const files = new Map<string, string>()
  const nodeNames = new Set<string>()
  const notes: ImportNote[] = []
  let members: string | undefined
  let local: string | undefined

  for (const entry of entries) {
    const { path } = entry
    if (path === 'local' && entry.kind === 'link') {
      local = /^(?:\/etc\/pve\/)?nodes\/([^/]+)\/?$/.exec(entry.target)?.[1]
    }
    if (path === '' || ownDirectory.test(path) || madeUp.test(path)) continue
    const reason = reasonAgainst(entry)
    if (reason !== undefined) {
      notes.push({ path, text: `left out: ${reason}` })
      continue
    }
    const node = (entry.kind === 'directory' ? /^nodes\/([^/]+)/ : /^nodes\/([^/]+)\//).exec(path)
    if (node?.[1] !== undefined) nodeNames.add(node[1])
    if (entry.kind !== 'file') continue
    const text = Buffer.from(entry.data).toString('utf8')
    if (path === '.members') members = text
    else files.set(path, text)
  }
  return {
    files: Object.fromEntries([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    nodeNames: [...nodeNames].toSorted(),
    members,
    local,
    notes,
  }
}

function reasonAgainst(entry: TreeEntry): string | undefined {
  if (!isSafePath(entry.path)) return 'this is no path below /etc/pve'
  if (entry.kind === 'link') return 'the file system of a cluster has no links of its own'
  if (entry.kind === 'other') return 'this is neither a file nor a directory'
  return entry.kind === 'file' && !isUtf8(entry.data) ? 'this is no text in UTF-8' : undefined
}

/** Whether a path leads below the directory that it is meant to. */
export function isSafePath(path: string): boolean {
  return (
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') &&
    !/[\0\\]/.test(path)
  )
}
