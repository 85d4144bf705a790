/** A file or logical volume as it lies on the medium, whichever storage entries show it. */
export interface StoredVolume {
  /** Path below the directory (`images/100/vm-100-disk-0.qcow2`), or name in the volume group or pool. */
  readonly name: string
  /** Bytes as a guest sees them. */
  readonly size: number
  /** Bytes that are taken on the medium. */
  readonly used: number
  /** Seconds since the epoch. */
  readonly ctime: number
  /** Volume that this one is a linked clone of, by its name on the same medium. */
  readonly parent?: string
  readonly notes?: string
  readonly protected?: boolean
  /** What the last verification on a backup server found. */
  readonly verification?: 'ok' | 'failed'
  /** Fingerprint of the key that a backup server's client encrypted it with. */
  readonly encrypted?: string
  /**
   * Text of small files (snippets, descriptions of machines) and of archives (the configuration in a backup), where
   * someone may read it back.
   */
  readonly content?: string
  /** Bytes of the disks in an archive for import by the names of their files. */
  readonly disks?: Readonly<Record<string, number>>
  /** Files of the guest in a backup that can be given back one by one, in Base64 by path. */
  readonly files?: Readonly<Record<string, string>>
  /** The firewall rules of its guest, in a backup. */
  readonly firewall?: string
  /** In hexadecimal digits by algorithm, as far as they are known. */
  readonly checksums?: Readonly<Record<string, string>>
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
  readonly base: number
  readonly #volumes = new Map<string, StoredVolume>()
  readonly #changed: (volume?: string) => void
  #capacity: number
  #used: number

  /** `changed` is told the name of each volume that is written or removed, and none where the medium itself changes. */
  constructor(record: BackingRecord, changed: (volume?: string) => void = () => {}) {
    this.key = record.key
    this.#capacity = record.capacity
    this.base = record.base
    this.#used = record.base
    this.#changed = changed
    for (const volume of record.volumes) this.add({ ...volume })
  }

  /** Bytes. */
  get capacity(): number {
    return this.#capacity
  }

  set capacity(bytes: number) {
    this.#capacity = bytes
    this.#changed()
  }

  /** Bytes in use. */
  get used(): number {
    return this.#used
  }

  get(name: string): StoredVolume | undefined {
    return this.#volumes.get(name)
  }

  names(): Iterable<string> {
    return this.#volumes.keys()
  }

  volumes(): Iterable<StoredVolume> {
    return this.#volumes.values()
  }

  add(volume: StoredVolume): void {
    if (this.#volumes.has(volume.name))
      throw new Error(`volume ${volume.name} exists on ${this.key}`)
    this.#volumes.set(volume.name, volume)
    this.#used += volume.used
    this.#changed(volume.name)
  }

  remove(name: string): StoredVolume | undefined {
    const volume = this.#volumes.get(name)
    if (!volume) return undefined
    this.#volumes.delete(name)
    this.#used -= volume.used
    this.#changed(name)
    return volume
  }

  /** Replaces facts of a volume; the account of the medium follows. */
  change(name: string, facts: Partial<Omit<StoredVolume, 'name'>>): void {
    const volume = this.#volumes.get(name)
    if (!volume) throw new Error(`no volume ${name} on ${this.key}`)
    const changed = { ...volume, ...facts }
    this.#used += changed.used - volume.used
    this.#volumes.set(name, changed)
    this.#changed(name)
  }

  /** Gives a volume another name; the clones that refer to it go along. */
  rename(name: string, newName: string): void {
    const volume = this.remove(name)
    if (!volume) throw new Error(`no volume ${name} on ${this.key}`)
    this.add({ ...volume, name: newName })
    for (const clone of this.#volumes.values()) {
      if (clone.parent === name) this.change(clone.name, { parent: newName })
    }
  }

  toJSON(): BackingRecord {
    const { key, capacity, base } = this
    return { key, capacity, base, volumes: [...this.#volumes.values()] }
  }
}

/** The media of all nodes by their keys. */
export class Backings {
  readonly #backings = new Map<string, Backing>()
  readonly #changed: (backing: string, volume?: string) => void

  constructor(changed: (backing: string, volume?: string) => void) {
    this.#changed = changed
  }

  get(key: string): Backing | undefined {
    return this.#backings.get(key)
  }

  all(): Iterable<Backing> {
    return this.#backings.values()
  }

  /** The medium of that key, made on first use with the given size. */
  require(key: string, size: { capacity: number; base: number }): Backing {
    return this.#backings.get(key) ?? this.#add({ key, ...size, volumes: [] })
  }

  toJSON(): BackingRecord[] {
    return [...this.#backings.values()].map((backing) => backing.toJSON())
  }

  replace(records: readonly BackingRecord[]): void {
    for (const backing of this.#backings.values()) {
      this.#changed(backing.key)
      for (const { name } of backing.volumes()) this.#changed(backing.key, name)
    }
    this.#backings.clear()
    for (const record of records) this.#add(record)
  }

  #add(record: BackingRecord): Backing {
    const { key } = record
    const backing = new Backing(record, (volume) => this.#changed(key, volume))
    this.#backings.set(key, backing)
    this.#changed(key)
    return backing
  }
}
