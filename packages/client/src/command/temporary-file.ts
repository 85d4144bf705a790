import { randomBytes } from 'node:crypto'
import type { Params, Upload } from '@proxkit/schema'
import { checkedContent } from '../https/upload-body.js'
import type { RemoteFile } from './guarded-command.js'

/** A file on the node that `pvesh` takes the content of an upload from, and the parameters that say so. */
export interface TemporaryFile {
  readonly file: RemoteFile
  readonly params: Params
}

/** Throws where the call is none that takes a file this way. */
// pve-storage PVE/API2/Storage/Status.pm: upload
export const temporaryFileFor = (path: string, params: Params, upload: Upload): TemporaryFile => {
  if (!/^\/nodes\/[^/]+\/storage\/[^/]+\/upload$/.test(path)) {
    throw new TypeError(`${path} takes no file from a command: use HTTPS`)
  }
  const { field, filename, size } = upload
  const name = `/var/tmp/pveupload-${randomBytes(16).toString('hex')}`
  return {
    file: { path: name, size, content: checkedContent(params, upload) },
    params: { ...params, [field]: filename, tmpfilename: name },
  }
}
