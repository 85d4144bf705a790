import type { SectionOptions } from '../../section-config.js'
import type { Backing, StoredVolume } from '../backing.js'
import type {
  ContentType,
  ImageFormat,
  ParsedVolume,
  StorageEntry,
  VolumeFeature,
} from '../storages.js'

/** Where a storage entry keeps its volumes, and how large that is when nobody said. */
export interface Place {
  /** Of the backing: `dir:pve1:/var/lib/vz`. */
  readonly key: string
  /** Bytes. */
  readonly capacity: number
  /** Bytes that others take. */
  readonly base: number
}

export interface Formats {
  readonly valid: readonly ImageFormat[]
  readonly default: ImageFormat
}

/** A volume of the medium as a storage entry shows it. */
export interface ShownVolume {
  /** Volume id without the storage. */
  readonly volname: string
  readonly content: ContentType
  readonly vmid: number | undefined
  readonly format: string
}

export interface NewDisk {
  readonly entry: StorageEntry
  readonly backing: Backing
  readonly vmid: number
  /** Bytes, whole KiB. */
  readonly size: number
  readonly format: ImageFormat
  readonly name: string | undefined
  /** Bytes of content. */
  readonly used: number
}

/** A disk that can be made. */
export interface PlannedDisk {
  readonly volname: string
  readonly stored: Omit<StoredVolume, 'ctime'>
}

/** What a volume is to become, all in bytes. */
export interface Growth {
  readonly entry: StorageEntry
  readonly from: number
  readonly to: number
  /** What is left on the medium. */
  readonly free: number
}

/** Which state of a volume is asked for: as it is now, as a base image, or a snapshot of it. */
type FeatureState = 'current' | 'base' | 'snap'

/** For each feature the formats that have it, by state. */
export type FeatureTable = Readonly<
  Partial<Record<VolumeFeature, Readonly<Partial<Record<FeatureState, readonly ImageFormat[]>>>>>
>

/** What one type of storage does in its own way. Errors carry the vendor's texts. */
export interface StoragePlugin {
  readonly type: string
  /** Options of its sections in `storage.cfg`. */
  readonly options: SectionOptions
  /** What it may hold, and what it holds when the section does not say. */
  readonly content: {
    readonly allowed: readonly ContentType[]
    readonly default: readonly ContentType[]
  }
  /** The same on every node, whatever the section says. */
  readonly alwaysShared?: true
  /** Volumes are chosen from what is there, not made. */
  readonly selectExisting?: true
  /** Path that a section without one gets: below `/mnt/pve`. */
  readonly isMounted?: true
  /** Has no size that could be told. */
  readonly isUnsized?: true
  readonly features: FeatureTable

  formats(entry: StorageEntry): Formats
  place(entry: StorageEntry, node: string): Place
  /** Takes apart a volume id without its storage; throws when it is none. */
  parse(volname: string): ParsedVolume
  /** Volume id without the storage. */
  print(volume: ParsedVolume): string
  /** Name on the medium. */
  storedName(volume: ParsedVolume, entry: StorageEntry): string
  /** Undefined for what the entry does not list. */
  show(stored: StoredVolume, entry: StorageEntry): ShownVolume | undefined
  path(volume: ParsedVolume, entry: StorageEntry): string
  /** How a volume that is not there is refused; default in words that name its id. */
  absence?(volume: ParsedVolume, entry: StorageEntry): string
  plan(disk: NewDisk): PlannedDisk
  /** Lowest free name for a disk of a guest. */
  freeName(options: {
    readonly entry: StorageEntry
    readonly backing: Backing
    readonly vmid: number
    readonly format: ImageFormat
  }): string
  /** Bytes that a disk of a wanted size gets, and takes when written to that extent. */
  measure(
    size: number,
    options: { readonly entry: StorageEntry; readonly format: string; readonly used: number },
  ): { size: number; used: number }
  /** Throws when the volume cannot become a base image. */
  requireTemplatable(volume: ParsedVolume): void
  /** Name of the base image that a disk becomes. */
  baseName(name: string): string
  /** A linked clone by its new name; throws where there can be none. */
  clone(options: {
    readonly volume: ParsedVolume
    readonly volname: string
    readonly entry: StorageEntry
    readonly backing: Backing
    readonly vmid: number
    readonly snapshot: string | undefined
  }): ParsedVolume
  /** Throws when a volume cannot grow. */
  requireResizable?(volume: ParsedVolume, growth: Growth): void
  /** Throws when a volume may not be removed. */
  requireRemovable?(): void
}
