/** A group of backups in a namespace. */
export interface GroupPlace {
  /** `''` for the root. */
  readonly ns: string
  readonly type: string
  readonly id: string
}

export interface SnapshotPlace extends GroupPlace {
  /** Seconds since the epoch. */
  readonly time: number
}

/** `vm/100` */
export function groupName({ type, id }: GroupPlace): string {
  return `${type}/${id}`
}

/** `vm/100/2026-01-01T02:00:00Z` */
export function snapshotName(place: SnapshotPlace): string {
  return `${groupName(place)}/${timeText(place.time)}`
}

/** The name of a snapshot's directory: `2026-01-01T02:00:00Z`. */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** The directory of a namespace: `/mnt/store/ns/a/ns/b`. */
export function namespacePath(root: string, ns: string): string {
  return ns === ''
    ? root
    : `${root}/${ns
        .split('/')
        .map((part) => `ns/${part}`)
        .join('/')}`
}

/** proxmox-backup pbs-api-types/src/datastore.rs: print_store_and_ns */
export function storeAndNamespace(store: string, ns: string): string {
  return ns === ''
    ? `datastore '${store}', root namespace`
    : `datastore '${store}', namespace '${ns}'`
}

export function depthOf(ns: string): number {
  return ns === '' ? 0 : ns.split('/').length
}

/** Whether a namespace is another one or below it. */
export function isWithin(ns: string, parent: string): boolean {
  return parent === '' || ns === parent || ns.startsWith(`${parent}/`)
}
