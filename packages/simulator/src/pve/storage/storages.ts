import type { Backing, StoredVolume } from './backing.js'

/** Formats of disks. */
export type ImageFormat = 'raw' | 'qcow2' | 'vmdk' | 'subvol'

export function isImageFormat(text: string | undefined): text is ImageFormat {
  return text === 'raw' || text === 'qcow2' || text === 'vmdk' || text === 'subvol'
}

/** What a volume may hold, in the words of `content`. */
export type ContentType =
  | 'images'
  | 'rootdir'
  | 'vztmpl'
  | 'iso'
  | 'backup'
  | 'snippets'
  | 'import'
  | 'none'

/** One entry of `storage.cfg`, its defaults filled in as the original's parser does. */
export interface StorageEntry {
  readonly id: string
  readonly type: string
  /** Options as written, by name. */
  readonly options: Readonly<Record<string, string>>
  /** What it may hold; `none` stands for nothing. */
  readonly content: ReadonlySet<ContentType>
  readonly shared: boolean
  readonly disabled: boolean
  /** Nodes that may use it; undefined for all. */
  readonly nodes: ReadonlySet<string> | undefined
}

/** What the name of a volume tells. */
export interface ParsedVolume {
  /** Disks of containers are `images` here: the name does not tell them from those of machines. */
  readonly content: ContentType
  /** The last part of the name: `vm-100-disk-0.qcow2`. */
  readonly name: string
  /** Guest that owns it. */
  readonly vmid: number | undefined
  /** Volume that this one is a linked clone of, where the name tells. */
  readonly base: { readonly name: string; readonly vmid: number } | undefined
  /** A base image, which linked clones may refer to. */
  readonly isBase: boolean
  readonly format: string
}

/** A volume as one storage entry shows it. */
export interface Volume {
  /** `local-lvm:vm-100-disk-0`, `local:iso/debian.iso`. */
  readonly volid: string
  readonly storage: StorageEntry
  /** `rootdir` for disks of containers. */
  readonly content: ContentType
  /** Guest that owns it. */
  readonly vmid: number | undefined
  /** As the content list tells it: `raw`, `qcow2`, `iso`, `tzst`, `vma.zst`, … */
  readonly format: string
  readonly stored: Readonly<StoredVolume>
}

export interface Allocation {
  readonly storage: string
  readonly node: string
  readonly vmid: number
  /** Bytes. */
  readonly size: number
  /** Default: the storage's own default. */
  readonly format?: ImageFormat
  /** Fixed name such as `vm-100-cloudinit`; default the lowest free `vm-<vmid>-disk-<n>`. */
  readonly name?: string
  /** Bytes of content that are written into it, for copies; default none. */
  readonly used?: number
}

export interface NewFile {
  readonly node: string
  /** Bytes. */
  readonly size: number
  /** Bytes that it takes; default its size. */
  readonly used?: number
  /** Text that can be read back: the configuration in a backup, what describes the machine in an archive for import. */
  readonly content?: string
  /** Bytes of the disks in an archive for import by the names of their files. */
  readonly disks?: Readonly<Record<string, number>>
  /** Files of the guest in a backup, in Base64 by path. */
  readonly files?: Readonly<Record<string, string>>
  /** The firewall rules of the guest, in a backup. */
  readonly firewall?: string
  /** Fingerprint of the key that it is encrypted with. */
  readonly encrypted?: string
  /** In hexadecimal digits by algorithm. */
  readonly checksums?: Readonly<Record<string, string>>
}

export interface Annotation {
  readonly node: string
  /** Absent: as it was. */
  readonly notes?: string
  readonly protected?: boolean
}

export interface Transfer {
  readonly node: string
  readonly targetNode: string
  /** Volume id of the copy. */
  readonly target: string
  readonly allowRename?: boolean
}

/** What can be asked of a volume. pve-storage Storage.pm: volume_has_feature */
export type VolumeFeature =
  | 'snapshot'
  | 'clone'
  | 'template'
  | 'copy'
  | 'sparseinit'
  | 'replicate'
  | 'rename'

/** The storages of the cluster and the volumes on them. Errors carry the vendor's texts. */
export interface Storages {
  /** In the order of the file. */
  all(): readonly StorageEntry[]
  get(id: string): StorageEntry | undefined
  /** Throws `storage '<id>' does not exist`. */
  require(id: string): StorageEntry
  /** Throws as the original does when the storage is absent, disabled or not available on the node. */
  requireEnabled(id: string, node: string): StorageEntry
  isEnabled(id: string, node: string): boolean
  /** Throws, beside that, what keeps an enabled storage from being used: a server or directory that is not there. */
  requireActive(id: string, node: string): StorageEntry
  /** Bytes; undefined while the storage is not active on the node. */
  usage(id: string, node: string): { total: number; used: number; avail: number } | undefined
  /** The medium that the storage lies on as seen from a node. */
  medium(id: string, node: string): Backing
  /** Formats that disks may have, and the one they have when nobody asks. */
  formats(id: string): { readonly valid: readonly ImageFormat[]; readonly default: ImageFormat }

  /** Volumes that a storage shows on a node, sorted by id. */
  volumes(id: string, node: string): Volume[]
  /** A volume by its id; undefined when there is none. Throws on an id that cannot be parsed. */
  volume(volid: string, node: string): Volume | undefined
  /** Throws, in the words of the storage, where the volume does not exist too. */
  requireVolume(volid: string, node: string): Volume
  /** What the id tells, whether or not the volume exists. Throws when it cannot be parsed. */
  parse(volid: string): ParsedVolume & { readonly storage: StorageEntry }
  /** Path of a volume on the nodes that have it, as `qm` shows it. */
  path(volid: string): string
  /** Whether the storage can do this to the volume, or to a snapshot of it. */
  hasFeature(
    feature: VolumeFeature,
    volid: string,
    options?: { readonly snapshot?: string; readonly formats?: readonly ImageFormat[] },
  ): boolean

  /** Makes a disk and returns its id. */
  allocate(allocation: Allocation): string
  /** Puts a file there under its id, in place of what was there before; notes and protection stay. */
  store(volid: string, file: NewFile): void
  /** Removes a volume and tells whether there was one. Throws for protected ones and for bases in use. */
  free(volid: string, node: string): boolean
  /** Changes what is noted about a volume; one that does not exist is left alone. */
  annotate(volid: string, annotation: Annotation): void
  /** Grows a disk to `size` bytes, rounded as the storage rounds; returns the size it has then. */
  resize(volid: string, options: { readonly node: string; readonly size: number }): number
  /** Turns a disk into a base image and returns its new id. */
  createBase(volid: string, node: string): string
  /** Makes a linked clone of a base image, or of a snapshot where the storage can, and returns its id. */
  clone(
    volid: string,
    options: { readonly node: string; readonly vmid: number; readonly snapshot?: string },
  ): string
  /**
   * Copies a volume to another storage or node and returns the id of the copy: `target`, or the next free name when
   * that is taken and `allowRename` is set. A volume that is shared with the target stays where it is.
   *
   * pve-storage Storage.pm: storage_migrate
   */
  transfer(volid: string, transfer: Transfer): string
  /** Gives a disk to another guest and returns its new id. */
  reassign(volid: string, options: { readonly node: string; readonly vmid: number }): string
}
