import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ClusterSnapshot } from '../pve/state.js'
import {
  describeDatabaseError,
  isBusy,
  openDatabase,
  StateFileError,
  type Database,
} from './database.js'
import { FileTree, treeLayout } from './file-tree.js'
import { snapshotOf, type RecordKind, type StateRecord } from './records.js'

/** Marks a file as one of ours: `pxkt`. */
const applicationId = 0x70_78_6b_74
const layoutVersion = 1

const recordLayout = `CREATE TABLE record (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (kind, key));`

/** What one transaction writes; without a text or a value the file or the record is removed. */
export interface StateWrite {
  readonly files: readonly { readonly path: string; readonly text: string | undefined }[]
  readonly records: readonly {
    readonly kind: RecordKind
    readonly key: string
    readonly value: unknown
  }[]
  /** Milliseconds since the epoch, by the clock of the cluster. */
  readonly time: number
}

/** A state on disk. Only one process has it open at a time. */
export interface StateFile {
  readonly path: string
  /** What the file held when it was opened; undefined for a new one. */
  readonly snapshot: ClusterSnapshot | undefined
  /** When it was last written by the clock of the cluster, in milliseconds since the epoch; 0 for a new one. */
  readonly time: number
  /** Writes all or nothing; when it returns, it is on disk. */
  write(changes: StateWrite): void
  close(): void
}

/**
 * Opens a state file, or makes a new one: a database of SQLite whose table `tree` is laid out as that of
 * `/var/lib/pve-cluster/config.db` on a node, and whose table `record` holds the rest as JSON.
 *
 * Throws `StateFileError` for a file that is damaged, of another kind or of a newer layout, and leaves it as it is; and
 * where another process has it open.
 */
export function openStateFile(path: string): StateFile {
  const database = openDatabase(path)
  const holder = `${path}-holder`
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    const isNew = checkLayout(database, path)
    // An answer waits for one write to the disk this way, not for three.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE; COMMIT')
    if (isNew) createLayout(database)
    const opened = new OpenStateFile({ database, path, holder, isNew })
    writeFileSync(holder, `process ${process.pid} since ${new Date().toISOString()}\n`)
    return opened
  } catch (error) {
    database.close()
    if (error instanceof StateFileError) throw error
    if (isBusy(error))
      throw new StateFileError(`${path} is in use: ${holderText(holder)} has it open`)
    throw describeDatabaseError(path, error)
  }
}

/** Whether the file is new. Throws for one that is not to be written. */
function checkLayout(database: Database, path: string): boolean {
  const [application, layout, tables] = [
    number(database, 'PRAGMA application_id'),
    number(database, 'PRAGMA user_version'),
    number(database, 'SELECT count(*) FROM sqlite_master'),
  ]
  if (application === 0 && layout === 0 && tables === 0) return true
  if (application !== applicationId) {
    const isNodes = number(database, `SELECT count(*) FROM sqlite_master WHERE name = 'tree'`) === 1
    const hint = isNodes ? '; to start from the config.db of a node, import it' : ''
    throw new StateFileError(`${path}: this database is no state of a simulated cluster${hint}`)
  }
  if (layout !== layoutVersion) {
    throw new StateFileError(
      `${path}: the layout of the file is ${layout}, this version of Proxkit reads and writes ${layoutVersion}`,
    )
  }
  const [verdict] = database.prepare('PRAGMA quick_check(1)').raw().all().flat()
  if (verdict !== 'ok') {
    throw new StateFileError(
      `${path}: the file is damaged (${String(verdict).replaceAll(/\s+/g, ' ')}); it was left as it is, take a copy that is whole`,
    )
  }
  return false
}

function createLayout(database: Database): void {
  database.exec(
    `BEGIN; ${treeLayout} ${recordLayout} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${layoutVersion}; COMMIT`,
  )
}

class OpenStateFile implements StateFile {
  readonly path: string
  readonly snapshot: ClusterSnapshot | undefined
  readonly time: number
  readonly #database: Database
  readonly #holder: string
  readonly #tree: FileTree
  readonly #put
  readonly #remove
  #isOpen = true

  constructor(parts: {
    readonly database: Database
    readonly path: string
    readonly holder: string
    readonly isNew: boolean
  }) {
    const { database, path, holder, isNew } = parts
    this.path = path
    this.#database = database
    this.#holder = holder
    this.#tree = new FileTree(database)
    this.#put = database.prepare(
      'INSERT INTO record (kind, key, value) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value',
    )
    this.#remove = database.prepare('DELETE FROM record WHERE kind = ? AND key = ?')
    const { files, time } = this.#tree.load(database)
    this.time = time * 1000
    const texts = Array.from(files, ([name, data]) => [name, data.toString('utf8')] as const)
    this.snapshot = isNew
      ? undefined
      : snapshotOf(Object.fromEntries(texts), readRecords(database, path))
  }

  write({ files, records, time }: StateWrite): void {
    const seconds = Math.ceil(time / 1000)
    try {
      this.#database.exec('BEGIN')
      for (const { path, text } of files) this.#tree.write(path, text, seconds)
      for (const { kind, key, value } of records) {
        if (value === undefined) this.#remove.run(kind, key)
        else this.#put.run(kind, key, JSON.stringify(value))
      }
      this.#tree.stamp(seconds)
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
      throw describeDatabaseError(this.path, error)
    }
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    // The library keeps a file open until its statements are collected: the lock is given up by hand. What was written
    // beside the file goes into it.
    this.#database.exec(
      'PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_master',
    )
    this.#database.close()
    rmSync(this.#holder, { force: true })
  }
}

function readRecords(database: Database, path: string): StateRecord[] {
  const rows = database.prepare('SELECT kind, key, value FROM record ORDER BY rowid').all()
  return rows.map((row) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the columns are those of the layout
    const { kind, key, value } = row as { kind: RecordKind; key: string; value: string }
    try {
      return { kind, key, value: JSON.parse(value) }
    } catch {
      throw new StateFileError(`${path}: the record ${kind} ${key} is damaged: it is not JSON`)
    }
  })
}

function number(database: Database, query: string): number {
  const [value] = database.prepare(query).raw().all().flat()
  return Number(value)
}

function holderText(holder: string): string {
  return existsSync(holder) ? readFileSync(holder, 'utf8').trim() : 'another process'
}
