import type { ConfigTree } from '../engine/config-tree.js'

export type GuestType = 'qemu' | 'lxc'

/** Where a guest's configuration lies. */
export interface GuestPlace {
  readonly vmid: number
  readonly type: GuestType
  readonly node: string
}

const guestFile = /^nodes\/([^/]+)\/(qemu-server|lxc)\/([1-9]\d{2,8})\.conf$/

/**
 * All guests of the cluster by id, read from the names of their configuration files and kept current as files come
 * and go: what the product's cluster file system calls its VM list.
 */
export class GuestIndex {
  readonly #places = new Map<number, GuestPlace>()
  #sorted: readonly GuestPlace[] | undefined

  constructor(config: ConfigTree) {
    config.onChange((path, text) => {
      const match = guestFile.exec(path)
      if (!match) return
      const [, node = '', directory, id] = match
      const vmid = Number(id)
      const known = this.#places.get(vmid)
      if (text === undefined) {
        if (known && guestConfigPath(known) === path) this.#places.delete(vmid)
      } else if (known && guestConfigPath(known) === path) return
      else this.#places.set(vmid, { vmid, node, type: directory === 'lxc' ? 'lxc' : 'qemu' })
      this.#sorted = undefined
    })
  }

  get(vmid: number): GuestPlace | undefined {
    return this.#places.get(vmid)
  }

  /** Every guest, by ascending id. */
  all(): readonly GuestPlace[] {
    this.#sorted ??= [...this.#places.values()].toSorted((a, b) => a.vmid - b.vmid)
    return this.#sorted
  }
}

/** Path of a guest's configuration below `/etc/pve`. */
export function guestConfigPath(place: GuestPlace): string {
  let path = paths.get(place)
  if (path === undefined) {
    const { vmid, type, node } = place
    path = `nodes/${node}/${type === 'lxc' ? 'lxc' : 'qemu-server'}/${vmid}.conf`
    paths.set(place, path)
  }
  return path
}

/** Lists of guests need them all each time. */
const paths = new WeakMap<GuestPlace, string>()
