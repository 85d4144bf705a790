import { createRequire } from 'node:module'
import type libsql from 'libsql'

/** A file that SQLite reads and writes. */
export type Database = libsql.Database

/** Something is wrong with a file that holds a state; the message tells what, where, and what to do. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError'
}

const require = createRequire(import.meta.url)

/** Opens a file with SQLite, which is loaded for it. Throws `StateFileError` where this machine has no SQLite. */
export function openDatabase(
  path: string,
  options: { readonly readonly?: boolean } = {},
): Database {
  let library: typeof libsql
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `require` knows no types, the package's are these
    library = require('libsql') as typeof libsql
  } catch (cause) {
    throw new StateFileError(
      `${path}: the package libsql, which reads and writes such files, cannot be loaded here`,
      { cause },
    )
  }
  try {
    return new library(path, options)
  } catch (cause) {
    throw describeDatabaseError(path, cause)
  }
}

/** What SQLite says, for someone who sees only the name of the file. */
export function describeDatabaseError(path: string, cause: unknown): StateFileError {
  const text = cause instanceof Error ? cause.message : String(cause)
  // The library gives the code of a file that cannot be opened as a number in its text.
  const code = /^ConnectionFailed.*: 14"\)$/.test(text) ? 'SQLITE_CANTOPEN' : codeOf(cause)
  const reason = reasons[code] ?? text
  return new StateFileError(`${path}: ${reason}`, { cause })
}

export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

const damaged = 'the file is damaged; it was left as it is, take a copy that is whole'

const reasons: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: 'this is no file of SQLite; it was left as it is',
  SQLITE_CORRUPT: damaged,
  SQLITE_CANTOPEN:
    'the file cannot be opened; is its directory there, and may this user write to it?',
  SQLITE_READONLY: 'the file may not be written by this user',
  SQLITE_FULL: 'the disk is full',
}
