/** A file or logical volume as it lies on the medium, whichever storage entries show it. */
export interface StoredVolume {
  /** Path below the directory (`images/100/vm-100-disk-0.qcow2`), or name in the volume group or pool. */
  readonly name: string
  /** Bytes as a guest sees them. */
  size: number
  /** Bytes that are taken on the medium. */
  used: number
  /** Seconds since the epoch. */
  readonly ctime: number
  /** Volume that this one is a linked clone of, by its name on the same medium. */
  parent?: string
  notes?: string
  protected?: boolean
  /** What the last verification on a backup server found. */
  verification?: 'ok' | 'failed'
  /** Fingerprint of the key that a backup server's client encrypted it with. */
  encrypted?: string
  /** Text of small files (snippets) and of archives (the configuration in a backup), where someone may read it back. */
  content?: string
  /** The firewall rules of its guest, in a backup. */
  firewall?: string
  /** In hexadecimal digits by algorithm, as far as they are known. */
  checksums?: Readonly<Record<string, string>>
}

export interface BackingRecord {
  /** `dir:pve1:/var/lib/vz`, `lvmthin:pve1:pve/data`, `nfs::10.0.0.5:/export/tank`. */
  readonly key: string
  /** Bytes. */
  readonly capacity: number
  /** Bytes that others than guests and uploads take. */
  readonly base: number
  readonly volumes: readonly StoredVolume[]
}

/** One medium: a directory, a volume group, a thin pool, an export. Several storage entries may share it. */
export class Backing {
  readonly key: string
  /** Bytes. */
  capacity: number
  readonly base: number
  readonly #volumes = new Map<string, StoredVolume>()
  #used: number

  constructor(record: BackingRecord) {
    this.key = record.key
    this.capacity = record.capacity
    this.base = record.base
    this.#used = record.base
    for (const volume of record.volumes) this.add({ ...volume })
  }

  /** Bytes in use. */
  get used(): number {
    return this.#used
  }

  get(name: string): StoredVolume | undefined {
    return this.#volumes.get(name)
  }

  volumes(): Iterable<StoredVolume> {
    return this.#volumes.values()
  }

  add(volume: StoredVolume): void {
    if (this.#volumes.has(volume.name))
      throw new Error(`volume ${volume.name} exists on ${this.key}`)
    this.#volumes.set(volume.name, volume)
    this.#used += volume.used
  }

  remove(name: string): StoredVolume | undefined {
    const volume = this.#volumes.get(name)
    if (!volume) return undefined
    this.#volumes.delete(name)
    this.#used -= volume.used
    return volume
  }

  /** Gives a volume another name; the clones that refer to it go along. */
  rename(name: string, newName: string): void {
    const volume = this.remove(name)
    if (!volume) throw new Error(`no volume ${name} on ${this.key}`)
    this.add({ ...volume, name: newName })
    for (const clone of this.#volumes.values()) {
      if (clone.parent === name) clone.parent = newName
    }
  }

  /** Changes size or usage of a volume and the account of the medium with it. */
  resize(name: string, sizes: { size: number; used: number }): void {
    const volume = this.#volumes.get(name)
    if (!volume) throw new Error(`no volume ${name} on ${this.key}`)
    this.#used += sizes.used - volume.used
    volume.size = sizes.size
    volume.used = sizes.used
  }

  toJSON(): BackingRecord {
    const volumes = [...this.#volumes.values()].map((volume) => ({ ...volume }))
    return { key: this.key, capacity: this.capacity, base: this.base, volumes }
  }
}

/** The media of all nodes by their keys. */
export class Backings {
  readonly #backings = new Map<string, Backing>()

  get(key: string): Backing | undefined {
    return this.#backings.get(key)
  }

  all(): Iterable<Backing> {
    return this.#backings.values()
  }

  /** The medium of that key, made on first use with the given size. */
  require(key: string, size: { capacity: number; base: number }): Backing {
    let backing = this.#backings.get(key)
    if (!backing) this.#backings.set(key, (backing = new Backing({ key, ...size, volumes: [] })))
    return backing
  }

  toJSON(): BackingRecord[] {
    return [...this.#backings.values()].map((backing) => backing.toJSON())
  }

  replace(records: readonly BackingRecord[]): void {
    this.#backings.clear()
    for (const record of records) this.#backings.set(record.key, new Backing(record))
  }
}
