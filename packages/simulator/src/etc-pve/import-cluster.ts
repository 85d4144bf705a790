import { isIP } from 'node:net'
import { readMembership } from '../pve/cluster/membership.js'
import { storageFormat } from '../pve/storage/storage-config.js'
import type { SeedNode } from '../seeds/seed.js'
import { isRead, requireReadable } from './check-files.js'
import { EtcPveError } from './etc-pve-error.js'
import type { EtcPve, ImportNote } from './etc-pve.js'
import { needsOf } from './machines.js'
import { sortEntries, type SortedTree } from './sort-entries.js'
import type { TreeEntry } from './tree-entry.js'

export interface ImportedCluster {
  /** To start a simulator from: its `seed`. */
  readonly cluster: EtcPve
  /** What was kept although nothing simulated reads it, and what was left out. */
  readonly notes: readonly ImportNote[]
}

/** Makes a cluster of a copy of `/etc/pve`. Throws an `EtcPveError` for one that is damaged; `source` names it there. */
export function importCluster(entries: readonly TreeEntry[], source: string): ImportedCluster {
  const tree = sortEntries(entries)
  requireReadable(tree.files, source)
  requireDistinctGuests(tree.files, source)
  const { nodes, notes } = machinesOf(tree, source)
  const unread = Object.keys(tree.files).filter((path) => !isRead(path))
  return {
    cluster: { etcPve: tree.files, nodes },
    notes: [
      ...tree.notes,
      ...notes,
      ...unknownStorages(tree.files['storage.cfg'] ?? ''),
      ...unread.map((path) => ({ path, text: 'kept; nothing in the simulated cluster reads it' })),
    ],
  }
}

function requireDistinctGuests(files: SortedTree['files'], source: string): void {
  const places = new Map<string, string>()
  for (const path of Object.keys(files)) {
    const vmid = /^nodes\/[^/]+\/(?:qemu-server|lxc)\/(\d+)\.conf$/.exec(path)?.[1]
    if (vmid === undefined) continue
    const other = places.get(vmid)
    if (other !== undefined) {
      throw new EtcPveError(`${source}: guest ${vmid} is there twice: ${other} and ${path}`)
    }
    places.set(vmid, path)
  }
}

interface Member {
  readonly id: number
  readonly ip: string | undefined
  readonly isOnline: boolean
}

function machinesOf(
  tree: SortedTree,
  source: string,
): { readonly nodes: Readonly<Record<string, SeedNode>>; readonly notes: readonly ImportNote[] } {
  const { local, members } = membersOf(tree, source)
  const isCluster = members.size > 0
  const strangers = tree.nodeNames.filter((name) => isCluster && !members.has(name))
  const names = [
    ...[...members].toSorted(([, a], [, b]) => a.id - b.id).map(([name]) => name),
    ...(isCluster ? strangers : tree.nodeNames),
  ]
  for (const name of names) {
    if (/^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i.test(name)) continue
    throw new EtcPveError(`${source}: ${JSON.stringify(name)} is no name of a node`)
  }
  if (names.length === 0) throw new EtcPveError(`${source}: nodes is empty: there is no node`)
  const needs = needsOf(tree.files, names)
  const machines = names
    .toSorted((a, b) => Number(b === local) - Number(a === local))
    .map((name): [string, SeedNode] => {
      const { ip, isOnline = !isCluster } = members.get(name) ?? {}
      const { cpus, memory, bridges } = needs.get(name) ?? {}
      return [
        name,
        {
          ...(ip !== undefined && { ip }),
          ...(!isOnline && { online: false }),
          ...(cpus !== undefined && { cpus }),
          ...(memory !== undefined && { memory }),
          ...(bridges?.length && { bridges }),
        },
      ]
    })
  return {
    nodes: Object.fromEntries(machines),
    notes: strangers.map((name) => ({
      path: `nodes/${name}`,
      text: 'this node is not in corosync.conf: it is there, switched off',
    })),
  }
}

/** Who belongs to the cluster; nobody on a node on its own. */
function membersOf(
  { files, members: text, local }: SortedTree,
  source: string,
): { readonly members: ReadonlyMap<string, Member>; readonly local: string | undefined } {
  const corosync = files['corosync.conf']
  const { ids, addresses } = readMembership(corosync ?? '')
  if (corosync !== undefined && ids.size === 0) {
    throw new EtcPveError(`${source}: corosync.conf:1: there is no node in it`)
  }
  const seen = readMembers(text, source)
  const members = [...ids].map(([name, id]): [string, Member] => {
    const { ip = addresses.get(name) ?? '', online } = seen.nodes.get(name) ?? {}
    return [name, { id, ip: isIP(ip) ? ip : undefined, isOnline: online !== 0 }]
  })
  return { members: new Map(members), local: local ?? seen.local }
}

interface SeenMember {
  readonly ip?: string
  readonly online?: number
}

/** pve-cluster pmxcfs/status.c: cfs_create_memberlist_msg */
function readMembers(
  text: string | undefined,
  source: string,
): { readonly local?: string; readonly nodes: ReadonlyMap<string, SeenMember> } {
  if (text === undefined || text.trim() === '') return { nodes: new Map() }
  requireReadable({ '.members': text }, source)
  const { nodename, nodelist } = Object(JSON.parse(text))
  const nodes = Object.entries(Object(nodelist)).map(([name, entry]): [string, SeenMember] => {
    const { ip, online } = Object(entry)
    return [name, { ...(typeof ip === 'string' && { ip }), ...(online === 0 && { online: 0 }) }]
  })
  return { ...(typeof nodename === 'string' && { local: nodename }), nodes: new Map(nodes) }
}

/** Sections that go when the file is next written, as on a node without the plugin. */
function unknownStorages(text: string): ImportNote[] {
  return text.split('\n').flatMap((line, index) => {
    const type = /^(\S+):\s*\S+\s*$/.exec(line)?.[1]
    if (type === undefined || Object.hasOwn(storageFormat.types, type.toLowerCase())) return []
    return [
      {
        path: 'storage.cfg',
        text: `line ${index + 1}: storages of type ${type} are not simulated: this one is not there`,
      },
    ]
  })
}
