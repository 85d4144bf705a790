import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import type { Upload } from '@proxkit/schema'
import type { Options } from './parse-options.js'
import { PveshError } from './pvesh-error.js'

export interface UploadedFile {
  readonly upload: Upload
  /** The other parameters. */
  readonly others: Options
  /** What the task of a node does at its end. */
  readonly remove: () => Promise<void>
}

/** The file that a call has lying ready on this machine. pve-storage PVE/API2/Storage/Status.pm: upload */
export async function takeUploadedFile(params: Options): Promise<UploadedFile> {
  const { tmpfilename, filename, ...others } = params
  if (tmpfilename === undefined) throw new PveshError('missing temporary file name\n')
  const path = String(tmpfilename)
  if (!/^\/var\/tmp\/pveupload-[0-9a-f]+$/.test(path)) {
    throw new PveshError(
      '400 Parameter verification failed.\ntmpfilename: value does not match the regex pattern\n',
      { withUsage: true },
    )
  }
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) throw new PveshError(`temporary file '${path}' does not exist\n`)
  return {
    upload: {
      field: 'filename',
      filename: String(filename ?? ''),
      size: found.size,
      open: () => createReadStream(path),
    },
    others,
    remove: () => rm(path, { force: true }),
  }
}
