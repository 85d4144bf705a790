import type { Cluster } from '../../pve/cluster.js'
import { bad } from '../../rest/rest-fault.js'
import { files } from '../config-files.js'
import {
  depthOf,
  groupName,
  isWithin,
  namespacePath,
  snapshotName,
  timeText,
  type GroupPlace,
  type SnapshotPlace,
} from './backup-place.js'
import { Chunks } from './chunks.js'
import { formatManifest, parseManifest, type Manifest } from './manifest.js'

/** What is done with a datastore; those in maintenance allow little or nothing. */
export type Operation = 'read' | 'write' | 'lookup'

/**
 * A directory of backups, in the very layout of the product: namespaces, groups with their owner, snapshots with their
 * manifest.
 *
 * proxmox-backup pbs-datastore/src/datastore.rs, backup_info.rs
 */
export class Datastore {
  readonly name: string
  readonly root: string
  readonly chunks: Chunks
  readonly #files: Record<string, string>

  /** Throws what the product says of an unknown datastore, or of one in maintenance. */
  constructor(cluster: Cluster, name: string, operation: Operation) {
    const { data } = files.datastore.lookup(cluster, 'datastore', name)
    requireUsable(name, { mode: data['maintenance-mode'], operation })
    this.name = name
    this.root = String(data.path)
    this.#files = cluster.node(cluster.firstNode).files
    this.chunks = new Chunks(this.#files, this.root)
  }

  /** The namespace and all below it, as deep as asked for, parents first. Throws where it is not there. */
  namespaces(parent: string = '', maxDepth: number = Infinity): string[] {
    const found = new Set([''])
    for (const path of this.#paths()) {
      const parts = /^((?:ns\/[^/]+\/)+)/.exec(path)?.[1]?.split('/').slice(0, -1) ?? []
      const names = parts.filter((_, index) => index % 2 === 1)
      for (const [index] of names.entries()) found.add(names.slice(0, index + 1).join('/'))
    }
    if (!found.has(parent)) {
      throw bad(`No such file or directory (os error 2)`)
    }
    return [...found]
      .filter((ns) => isWithin(ns, parent) && depthOf(ns) - depthOf(parent) <= maxDepth)
      .toSorted()
  }

  hasNamespace(ns: string): boolean {
    return this.namespaces().includes(ns)
  }

  addNamespace(ns: string): void {
    this.#files[`${namespacePath(this.root, ns)}/`] = ''
  }

  /** Takes away a namespace that has neither groups nor namespaces any more. */
  removeNamespace(ns: string): boolean {
    const directory = `${namespacePath(this.root, ns)}/`
    const isEmpty = !Object.keys(this.#files).some(
      (path) => path.startsWith(directory) && path !== directory,
    )
    if (isEmpty) delete this.#files[directory]
    return isEmpty
  }

  /** Groups directly in a namespace, by type and id. */
  groups(ns: string): GroupPlace[] {
    const names = new Set<string>()
    for (const path of this.#pathsIn(ns)) {
      const name = /^((?:vm|ct|host)\/[^/]+)\//.exec(path)?.[1]
      if (name !== undefined) names.add(name)
    }
    return [...names].toSorted().map((name) => {
      const [type = '', id = ''] = name.split('/')
      return { ns, type, id }
    })
  }

  /** Snapshots of a group, oldest first. */
  snapshots(group: GroupPlace): SnapshotPlace[] {
    const prefix = `${groupName(group)}/`
    const times = new Set<string>()
    for (const path of this.#pathsIn(group.ns)) {
      if (!path.startsWith(prefix)) continue
      const [name = '', inside] = path.slice(prefix.length).split('/')
      if (inside !== undefined) times.add(name)
    }
    return [...times].toSorted().map((time) => ({ ...group, time: Date.parse(time) / 1000 }))
  }

  hasSnapshot(place: SnapshotPlace): boolean {
    return this.snapshots(place).some(({ time }) => time === place.time)
  }

  /** Throws where the group is not there. */
  owner(group: GroupPlace): string {
    const path = `${this.#groupPath(group)}/owner`
    const owner = this.#files[path]
    if (owner === undefined) {
      throw bad(`unable to read "${path}" - No such file or directory (os error 2)`)
    }
    return owner.trim()
  }

  setOwner(group: GroupPlace, owner: string): void {
    this.#files[`${this.#groupPath(group)}/owner`] = `${owner}\n`
  }

  groupNotes(group: GroupPlace): string {
    return this.#files[`${this.#groupPath(group)}/notes`] ?? ''
  }

  setGroupNotes(group: GroupPlace, notes: string): void {
    this.owner(group)
    this.#files[`${this.#groupPath(group)}/notes`] = notes
  }

  /** Throws where the snapshot is not there. */
  manifest(place: SnapshotPlace): Manifest {
    return parseManifest(this.manifestText(place))
  }

  manifestText(place: SnapshotPlace): string {
    const path = `${this.#snapshotPath(place)}/index.json.blob`
    const text = this.#files[path]
    if (text === undefined) {
      throw bad(`unable to load blob '"${path}"' - No such file or directory (os error 2)`)
    }
    return text
  }

  /** Changes what is not signed. */
  noteOn(place: SnapshotPlace, change: Readonly<Record<string, unknown>>): void {
    const manifest = this.manifest(place)
    const unprotected = { ...manifest.unprotected, ...change }
    this.#files[`${this.#snapshotPath(place)}/index.json.blob`] = formatManifest({
      ...manifest,
      unprotected,
    })
  }

  isProtected(place: SnapshotPlace): boolean {
    return this.#files[`${this.#snapshotPath(place)}/.protected`] !== undefined
  }

  protect(place: SnapshotPlace, isProtected: boolean): void {
    if (!this.hasSnapshot(place)) throw bad(`snapshot ${snapshotName(place)} does not exist!`)
    const path = `${this.#snapshotPath(place)}/.protected`
    if (isProtected) this.#files[path] = ''
    else delete this.#files[path]
  }

  /** Throws for a protected snapshot, and for one that is not there. */
  removeSnapshot(place: SnapshotPlace): void {
    const path = this.#snapshotPath(place)
    if (this.isProtected(place)) throw bad('cannot remove protected snapshot')
    if (!this.hasSnapshot(place)) {
      throw bad(
        `removing backup snapshot "${path}" failed - No such file or directory (os error 2)`,
      )
    }
    this.#remove(`${path}/`)
  }

  /** Removes all snapshots that are not protected, and the group where none is left. */
  removeGroup(group: GroupPlace): { readonly removed: number; readonly kept: number } {
    const snapshots = this.snapshots(group)
    const kept = snapshots.filter((place) => this.isProtected(place))
    for (const place of snapshots) if (!this.isProtected(place)) this.removeSnapshot(place)
    if (kept.length === 0) this.#remove(`${this.#groupPath(group)}/`)
    return { removed: snapshots.length - kept.length, kept: kept.length }
  }

  /** Takes over a snapshot of another datastore, and a group for it where there is none. */
  copySnapshot(
    source: Datastore,
    from: SnapshotPlace,
    to: { ns: string; owner: string; now: number },
  ): void {
    const target = { ...from, ns: to.ns }
    const group = `${this.#groupPath(target)}/owner`
    this.#files[group] ??= `${to.owner}\n`
    const manifest = source.manifest(from)
    for (const file of manifest.files) this.chunks.add(file, to.now)
    const { verify_state: _, ...unprotected } = manifest.unprotected
    this.#files[`${this.#snapshotPath(target)}/index.json.blob`] = formatManifest({
      ...manifest,
      unprotected,
    })
  }

  /** Removes everything. */
  destroy(): void {
    this.#remove(`${this.root}/`)
  }

  /** A file of the datastore itself. */
  readFile(name: string): string | undefined {
    return this.#files[`${this.root}/${name}`]
  }

  writeFile(name: string, text: string): void {
    this.#files[`${this.root}/${name}`] = text
  }

  #groupPath(group: GroupPlace): string {
    return `${namespacePath(this.root, group.ns)}/${groupName(group)}`
  }

  #snapshotPath(place: SnapshotPlace): string {
    return `${this.#groupPath(place)}/${timeText(place.time)}`
  }

  /** Paths of all files, below the root. */
  #paths(): string[] {
    const prefix = `${this.root}/`
    return Object.keys(this.#files).flatMap((path) =>
      path.startsWith(prefix) ? [path.slice(prefix.length)] : [],
    )
  }

  #pathsIn(ns: string): string[] {
    const prefix = `${namespacePath(this.root, ns)}/`
    return Object.keys(this.#files).flatMap((path) =>
      path.startsWith(prefix) ? [path.slice(prefix.length)] : [],
    )
  }

  #remove(prefix: string): void {
    for (const path of Object.keys(this.#files)) {
      if (path.startsWith(prefix)) delete this.#files[path]
    }
  }
}

/** proxmox-backup pbs-api-types/src/maintenance.rs: check */
function requireUsable(
  name: string,
  { mode, operation }: { readonly mode: unknown; readonly operation: Operation },
): void {
  if (typeof mode !== 'string' || mode === '') return
  const type = /(?:^|type=)(delete|offline|read-only|unmount|s3-refresh)/.exec(mode)?.[1]
  const message = /message=("?)(.*?)\1(?:,|$)/.exec(mode)?.[2] ?? ''
  if (type === 'delete') throw bad(`datastore '${name}' is in datastore is being deleted`)
  if (operation === 'lookup' || type === undefined) return
  if (type === 'read-only' && operation === 'read') return
  throw bad(`datastore '${name}' is in ${type} maintenance mode: ${message}`)
}
