import type { Storages } from '../storage/storages.js'

/** What the tools of a storage print while they work; tasks show it. */
export class VolumeLog {
  readonly #storages: Storages
  readonly #log: (...lines: string[]) => void

  constructor(storages: Storages, log: (...lines: string[]) => void) {
    this.#storages = storages
    this.#log = log
  }

  /** A new volume of `size` bytes, before rounding. */
  allocated(volid: string, size: number): void {
    const { storage, name, format } = this.#storages.parse(volid)
    const { vgname } = storage.options
    if (format === 'subvol') return
    if (storage.options.path) {
      const path = this.#storages.path(volid)
      this.#log(`Formatting '${path}', ${formatting(format, size)}`)
    } else if (vgname) {
      if (size % extent !== 0) {
        const rounded = Math.ceil(size / extent) * (extent / 2 ** 20)
        this.#log(`  Rounding up size to full physical extent ${printMebibytes(rounded)}`)
      }
      this.#log(`  Logical volume "${name}" created.`)
      if (storage.type === 'lvmthin') this.#log(`  Logical volume ${vgname}/${name} changed.`)
    }
  }

  removed(volid: string): void {
    const { storage, name } = this.#storages.parse(volid)
    if (storage.options.vgname) this.#log(`  Logical volume "${name}" successfully removed.`)
  }

  /** Sizes in bytes as they were and are on the medium. */
  resized(volid: string, { from, to }: { from: number; to: number }): void {
    const { storage, name } = this.#storages.parse(volid)
    const { vgname } = storage.options
    if (storage.options.path) this.#log('Image resized.')
    else if (vgname) {
      this.#log(
        `  Size of logical volume ${vgname}/${name} changed from ${printExtents(from)} to ${printExtents(to)}.`,
        `  Logical volume ${vgname}/${name} successfully resized.`,
      )
    }
  }

  renamed(volid: string, newVolid: string): void {
    const { storage, name, vmid } = this.#storages.parse(volid)
    const { name: newName, vmid: newVmid } = this.#storages.parse(newVolid)
    const { vgname } = storage.options
    if (!vgname) return
    this.#log(`  Renamed "${name}" to "${newName}" in volume group "${vgname}"`)
    // Its tags tell whose it is.
    if (vmid !== newVmid) this.#log(`  Logical volume ${vgname}/${newName} changed.`)
  }

  /** A base image, which nobody may write to from then on. */
  madeBase(volid: string, newVolid: string): void {
    this.renamed(volid, newVolid)
    const { storage, name } = this.#storages.parse(newVolid)
    const { vgname } = storage.options
    if (vgname) this.#log(`  Logical volume ${vgname}/${name} changed.`)
  }

  snapshotTaken(volid: string, snapshot: string): void {
    this.#snapshot(volid, { snapshot, action: 'created.' })
  }

  snapshotRemoved(volid: string, snapshot: string): void {
    this.#snapshot(volid, { snapshot, action: 'successfully removed.' })
  }

  #snapshot(volid: string, { snapshot, action }: { snapshot: string; action: string }): void {
    const { storage, name } = this.#storages.parse(volid)
    if (storage.options.vgname) this.#log(`  Logical volume "snap_${name}_${snapshot}" ${action}`)
  }

  /** A thin volume is made anew from its snapshot. */
  rolledBack(volid: string): void {
    const { storage, name } = this.#storages.parse(volid)
    const { vgname } = storage.options
    if (!vgname) return
    this.#log(
      `  Logical volume "${name}" successfully removed.`,
      `  Logical volume "${name}" created.`,
      `  Logical volume ${vgname}/${name} changed.`,
    )
  }

  /** A linked clone of `size` bytes. */
  cloned(volid: string, { newVolid, size }: { newVolid: string; size: number }): void {
    const source = this.#storages.parse(volid)
    const target = this.#storages.parse(newVolid)
    const { vgname, path } = source.storage.options
    if (path) {
      const base = `../${source.vmid}/${source.name}`
      const volname = volid.slice(volid.indexOf(':') + 1)
      const preallocation = source.format === 'qcow2' ? 'metadata' : 'off'
      this.#log(
        `clone ${volname}: images, ${target.name}, ${target.vmid} to ${target.name} (base=${base})`,
        `Formatting '${this.#storages.path(newVolid)}', fmt=qcow2 cluster_size=131072 ` +
          `extended_l2=on preallocation=${preallocation} compression_type=zlib size=${size} ` +
          `backing_file=${base} backing_fmt=${source.format} lazy_refcounts=off refcount_bits=16`,
      )
    } else if (vgname) {
      this.#log(
        `  Logical volume "${target.name}" created.`,
        `  Logical volume ${vgname}/${target.name} changed.`,
      )
    }
  }
}

/** Size of a physical extent. */
const extent = 4 * 2 ** 20

function formatting(format: string, size: number): string {
  return format === 'qcow2'
    ? `fmt=qcow2 cluster_size=65536 extended_l2=off preallocation=metadata compression_type=zlib ` +
        `size=${size} lazy_refcounts=off refcount_bits=16`
    : `fmt=${format} size=${size} preallocation=off`
}

function printMebibytes(mebibytes: number): string {
  return mebibytes < 1024 ? `${mebibytes.toFixed(2)} MiB` : `${(mebibytes / 1024).toFixed(2)} GiB`
}

function printExtents(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB (${Math.ceil(bytes / extent)} extents)`
}
