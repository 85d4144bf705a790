import { type Database, StateFileError } from './database.js'

/**
 * The table in which a node keeps `/etc/pve`: an inode per file and directory, numbered by the version of the tree that
 * made it. The root has number 0 and tells the version of the whole.
 *
 * pve-cluster pmxcfs/database.c
 */
export const treeLayout = `CREATE TABLE IF NOT EXISTS tree (
  inode INTEGER PRIMARY KEY NOT NULL,
  parent INTEGER NOT NULL CHECK(typeof(parent)=='integer'),
  version INTEGER NOT NULL CHECK(typeof(version)=='integer'),
  writer INTEGER NOT NULL CHECK(typeof(writer)=='integer'),
  mtime INTEGER NOT NULL CHECK(typeof(mtime)=='integer'),
  type INTEGER NOT NULL CHECK(typeof(type)=='integer'),
  name TEXT NOT NULL,
  data BLOB);`

// dirent.h: DT_DIR, DT_REG
const directoryType = 4
const fileType = 8
const rootName = '__version__'

interface Entry {
  readonly inode: number
  readonly parent: number
  readonly type: number
  readonly name: string
  readonly data: Uint8Array | string | null
}

interface LoadedTree {
  /** What every file holds, by path. */
  readonly files: ReadonlyMap<string, Buffer>
  readonly directories: readonly string[]
  /** When something was last changed, in seconds since the epoch. */
  readonly time: number
}

/** The files of `/etc/pve` in a database, by their path below it. Changes belong to the transaction of the caller. */
export class FileTree {
  readonly #inodes = new Map<string, number>([['', 0]])
  readonly #put
  readonly #remove
  #version = 0

  constructor(database: Database) {
    this.#put = database.prepare(
      'INSERT INTO tree (inode, parent, version, writer, mtime, type, name, data) VALUES (?, ?, ?, 0, ?, ?, ?, ?) ' +
        'ON CONFLICT (inode) DO UPDATE SET version = excluded.version, mtime = excluded.mtime, data = excluded.data',
    )
    this.#remove = database.prepare('DELETE FROM tree WHERE inode = ?')
  }

  /** Reads the table. */
  load(database: Database): LoadedTree {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the columns are those of the layout
    const rows = database
      .prepare('SELECT inode, parent, type, name, data, version, mtime FROM tree')
      .all() as (Entry & { readonly version: number; readonly mtime: number })[]
    const entries = new Map(rows.map((row) => [row.inode, row]))
    const root = entries.get(0)
    this.#version = root?.version ?? 0
    const files = new Map<string, Buffer>()
    const directories: string[] = []
    for (const entry of rows) {
      if (entry.inode === 0) continue
      const path = pathOf(entry, entries)
      this.#inodes.set(path, entry.inode)
      if (entry.type === fileType) files.set(path, Buffer.from(entry.data ?? ''))
      else directories.push(path)
    }
    return { files, directories, time: root?.mtime ?? 0 }
  }

  /** Writes a file, or removes it where there is no text. `time` is in seconds since the epoch. */
  write(path: string, text: string | undefined, time: number): void {
    this.#version += 1
    const inode = this.#inodes.get(path)
    if (text === undefined) {
      if (inode === undefined) return
      this.#remove.run(inode)
      this.#inodes.delete(path)
      return
    }
    const { parent, name } = this.#place(path, time)
    const own = inode ?? this.#version
    this.#put.run(own, parent, this.#version, time, fileType, name, Buffer.from(text))
    this.#inodes.set(path, own)
  }

  /** Makes a directory where it is missing. `time` is in seconds since the epoch. */
  makeDirectory(path: string, time: number): void {
    this.#version += 1
    this.#place(`${path}/`, time)
  }

  /** Writes the version and the time of the whole tree. */
  stamp(time: number): void {
    this.#put.run(0, 0, this.#version, time, fileType, rootName, null)
  }

  /** The directory that a path lies in, made where it is missing. */
  #place(path: string, time: number): { readonly parent: number; readonly name: string } {
    const slash = path.lastIndexOf('/')
    const directory = slash === -1 ? '' : path.slice(0, slash)
    const name = path.slice(slash + 1)
    const known = this.#inodes.get(directory)
    if (known !== undefined) return { parent: known, name }
    const above = this.#place(directory, time)
    const inode = this.#version
    this.#put.run(inode, above.parent, inode, time, directoryType, above.name, null)
    this.#inodes.set(directory, inode)
    this.#version += 1
    return { parent: inode, name }
  }
}

function pathOf(entry: Entry, entries: ReadonlyMap<number, Entry>): string {
  const names = [entry.name]
  for (let at = entry; at.parent !== 0;) {
    const above = entries.get(at.parent)
    if (!above || names.length > 100) {
      throw new StateFileError(
        `the entry '${entry.name}' (inode ${entry.inode}) lies in no directory`,
      )
    }
    names.unshift(above.name)
    at = above
  }
  return names.join('/')
}
