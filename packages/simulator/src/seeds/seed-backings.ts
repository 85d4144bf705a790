import { parseSize } from '../pve/guest/size.js'
import { Backing, type BackingRecord, type StoredVolume } from '../pve/storage/backing.js'
import { pluginOf } from '../pve/storage/plugins/plugins.js'
import { parseStorageConfig } from '../pve/storage/storage-config.js'
import type { StorageEntry } from '../pve/storage/storages.js'
import { join } from './check.js'
import { namedVolume } from './named-volume.js'
import { SeedError } from './seed-error.js'
import { storagesOf } from './seed-storages.js'
import type { Seed, SeedVolume, Size } from './seed.js'

interface Options {
  /** Files of `/etc/pve`. */
  readonly config: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The media of the cluster, with the volumes that the seed lists and those that its guests name. */
export function backingsOf(seed: Seed, { config, now }: Options): readonly BackingRecord[] {
  const { entries } = parseStorageConfig(config['storage.cfg'] ?? '')
  const media = new Media(entries, now)
  const nodes = Object.keys(seed.nodes)
  const listed = Object.entries(storagesOf(seed))
  for (const [id, { size, volumes = [] }] of listed) {
    for (const node of nodes) {
      if (size !== undefined) media.setSize(id, node, sizeOf(size))
      for (const [index, { size: bytes, files, disks, ...volume }] of volumes.entries()) {
        try {
          media.add(id, node, {
            ...volume,
            size: sizeOf(bytes),
            ...(files && { files: encoded(files) }),
            ...(disks && { disks: sizesOf(disks) }),
          })
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          throw new SeedError(`${join('storage', id)}.volumes[${index}].volume`, reason)
        }
      }
    }
  }
  for (const id of entries.keys()) for (const node of nodes) media.require(id, node)
  for (const [path, text] of Object.entries(config)) {
    const node = guestFile.exec(path)?.[1]
    if (node !== undefined) addGuestVolumes(media, { node, text })
  }
  for (const [id, { size }] of listed) {
    if (size !== undefined) requireRoom(media, { id, nodes, size })
  }
  return media.records()
}

const guestFile = /^nodes\/([^/]+)\/(?:qemu-server|lxc)\/\d+\.conf$/

function addGuestVolumes(
  media: Media,
  { node, text }: { readonly node: string; readonly text: string },
): void {
  for (const [, key = '', value = ''] of text.matchAll(/^(\w+): (.*)$/gm)) {
    const named = namedVolume(key, value)
    if (!named) continue
    const { storage, name: volume, size = defaultSize(key, volume) } = named
    try {
      media.add(storage, node, { volume, size })
    } catch {
      // The product too takes a configuration whose volume names lead nowhere.
    }
  }
}

function requireRoom(
  media: Media,
  {
    id,
    nodes,
    size,
  }: { readonly id: string; readonly nodes: readonly string[]; readonly size: Size },
): void {
  for (const node of nodes) {
    const used = media.used(id, node)
    if (used > sizeOf(size)) {
      throw new SeedError(
        `${join('storage', id)}.size`,
        `${size} cannot hold the volumes on it: they take ${used} bytes`,
      )
    }
  }
}

type ListedVolume = Omit<SeedVolume, 'size' | 'disks'> & Pick<StoredVolume, 'size' | 'disks'>

/** The backings of all storages on all nodes while they are being filled. */
class Media {
  readonly #entries: ReadonlyMap<string, StorageEntry>
  readonly #ctime: number
  readonly #sizes = new Map<string, number>()
  readonly #backings = new Map<string, Backing>()

  constructor(entries: ReadonlyMap<string, StorageEntry>, now: number) {
    this.#entries = entries
    this.#ctime = Math.floor(now / 1000) - 24 * 60 * 60
  }

  setSize(id: string, node: string, size: number): void {
    const entry = this.#entries.get(id)
    if (entry) this.#sizes.set(pluginOf(entry).place(entry, node).key, size)
  }

  /** Makes the medium of a storage on a node that may use it. */
  require(id: string, node: string): void {
    const entry = this.#entries.get(id)
    if (entry && (entry.nodes?.has(node) ?? true)) this.#backing(entry, node)
  }

  /** Adds a volume; nothing happens where it is there already. Throws when the name is none. */
  add(id: string, node: string, { volume, size, ...more }: ListedVolume): void {
    const entry = this.#entries.get(id)
    if (!entry || (entry.nodes && !entry.nodes.has(node))) return
    const plugin = pluginOf(entry)
    const parsed = plugin.parse(volume)
    const name = plugin.storedName(parsed, entry)
    const backing = this.#backing(entry, node)
    if (backing.get(name)) return
    const isDisk = parsed.content === 'images' || parsed.content === 'rootdir'
    const written = isDisk ? Math.ceil(size * 0.4) : size
    const { format, base } = parsed
    const measured = isDisk
      ? plugin.measure(size, { entry, format, used: written })
      : { size, used: written }
    const parent = base && plugin.storedName({ ...parsed, ...base, base: undefined }, entry)
    backing.add({
      name,
      ...measured,
      ctime: this.#ctime,
      ...(parent !== undefined && { parent }),
      ...more,
    })
  }

  used(id: string, node: string): number {
    const entry = this.#entries.get(id)
    return entry ? this.#backing(entry, node).used : 0
  }

  records(): BackingRecord[] {
    return [...this.#backings.values()].map((backing) => {
      const record = backing.toJSON()
      // What nobody gave a size is as large as it needs to be.
      const isStated = this.#sizes.has(record.key)
      return isStated
        ? record
        : { ...record, capacity: Math.max(record.capacity, backing.used * 2) }
    })
  }

  #backing(entry: StorageEntry, node: string): Backing {
    const { key, capacity, base } = pluginOf(entry).place(entry, node)
    let backing = this.#backings.get(key)
    if (!backing) {
      const size = this.#sizes.get(key) ?? capacity
      backing = new Backing({ key, capacity: size, base: Math.min(base, size / 4), volumes: [] })
      this.#backings.set(key, backing)
    }
    return backing
  }
}

/** What the product gives volumes whose lines state no size. */
function defaultSize(key: string, volume: string): number {
  if (volume.includes('cloudinit') || key.startsWith('tpmstate')) return 4 * 2 ** 20
  if (key.startsWith('efidisk')) return 528 * 2 ** 10
  return 8 * 2 ** 30
}

function sizeOf(size: Size): number {
  const bytes = parseSize(String(size))
  if (bytes === undefined) throw new TypeError(`${size} is not a size`)
  return bytes
}

function sizesOf(sizes: Readonly<Record<string, Size>>): Record<string, number> {
  return Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, sizeOf(size)]))
}

function encoded(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, Buffer.from(text).toString('base64')]),
  )
}
