import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import type { AuditRecord } from './audited-door.js'

/** A file to which each record is added as a line of JSON. */
export interface AuditFile {
  write(record: AuditRecord): void
  /** Resolves when all is written. */
  close(): Promise<void>
}

/** Opens the file, which nobody else may read; rejects where it cannot be written. */
export async function openAuditFile(path: string): Promise<AuditFile> {
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 })
  await once(file, 'open')
  return {
    write: (record) => void file.write(`${JSON.stringify(record)}\n`),
    close: () => new Promise((resolve) => file.end(resolve)),
  }
}
