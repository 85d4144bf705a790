import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { ApiError, FileError, ProxkitError } from '../errors.js'
import { isTask } from '../tasks/task.js'
import type { ChecksumAlgorithm } from './checksum-algorithms.js'
import { findChecksum, nameOf } from './find-checksum.js'
import type { ToolAccess } from './tool-access.js'
import type {
  Checksum,
  DownloadFileOptions,
  FileContent,
  Transfer,
  UploadFileOptions,
} from './tool-types.js'

/** Sends a local file into a storage; see `StorageTools.uploadFile`. */
export const uploadFile = async (
  { path, call }: ToolAccess,
  file: string,
  options: UploadFileOptions = {},
): Promise<Transfer> => {
  const { filename = basename(file), signal, onProgress } = options
  const algorithm = options.checksum ?? 'sha256'
  const size = await sizeOf(file)
  const content = options.content ?? contentOf(filename)
  const checksum = algorithm === false ? undefined : await digestOf(file, { algorithm, signal })
  const upload = {
    field: 'filename',
    filename,
    size,
    open: () => createReadStream(file),
    ...(onProgress && { onProgress }),
  }
  const answer = await call(
    'POST',
    `${path}/upload`,
    { content, ...checksumParams(checksum) },
    { upload, ...(signal && { signal }) },
  )
  return transferOf({ path, content, filename, checksum }, answer)
}

/** Has the node download a file into a storage; see `StorageTools.downloadFile`. */
export const downloadFile = async (
  { path, call }: ToolAccess,
  url: string,
  options: DownloadFileOptions = {},
): Promise<Transfer> => {
  const { verifyCertificates, compression, signal } = options
  const callOptions = signal ? { signal } : {}
  const node = path.replace(/\/storage\/[^/]+$/, '')
  const toldName = async (): Promise<string> => {
    const params = { url, 'verify-certificates': verifyCertificates }
    try {
      const told = await call('GET', `${node}/query-url-metadata`, params, callOptions)
      const name: unknown = Reflect.get(Object(told), 'filename')
      return typeof name === 'string' && knownContentOf(name) ? name : nameOf(url)
    } catch (error) {
      // It needs a privilege of its own, and some servers refuse to tell; the download itself may work.
      if (error instanceof ApiError) return nameOf(url)
      throw error
    }
  }
  const filename = options.filename ?? (await toldName())
  const content = options.content ?? contentOf(filename)
  const checksum = await checksumFor(url, options)
  const params = { url, content, filename, compression, 'verify-certificates': verifyCertificates }
  const given = { ...params, ...checksumParams(checksum) }
  const answer = await call('POST', `${path}/download-url`, given, callOptions)
  return transferOf({ path, content, filename, checksum }, answer)
}

const checksumFor = async (
  url: string,
  { checksum, signal }: DownloadFileOptions,
): Promise<Checksum | undefined> => {
  if (checksum === false) return undefined
  if (typeof checksum === 'object') return checksum
  const found = await findChecksum(url, signal ? { signal } : {})
  if (found || checksum !== 'required') return found
  throw new ProxkitError(
    `no checksum of ${nameOf(url)} was found beside ${url.replace(/[?#].*/s, '')}`,
  )
}

// pve-storage PVE/API2/Storage/Status.pm: upload takes the checksum's kind before the checksum
const checksumParams = (checksum: Checksum | undefined): object =>
  checksum ? { 'checksum-algorithm': checksum.algorithm, checksum: checksum.digest } : {}

// pve-storage PVE/Storage.pm: ISO_EXT_RE_0, VZTMPL_EXT_RE_1, UPLOAD_IMPORT_EXT_RE_1
const knownContentOf = (filename: string): FileContent | undefined => {
  if (/\.(?:iso|img)$/i.test(filename)) return 'iso'
  if (/\.tar\.(?:gz|xz|zst|bz2)$/i.test(filename)) return 'vztmpl'
  return /\.(?:ova|qcow2|raw|vmdk)$/i.test(filename) ? 'import' : undefined
}

const contentOf = (filename: string): FileContent => {
  const content = knownContentOf(filename)
  if (content) return content
  throw new TypeError(
    `what '${filename}' is cannot be told by its extension: give content as iso, vztmpl or import`,
  )
}

const sizeOf = async (file: string): Promise<number> => {
  try {
    const facts = await stat(file)
    if (!facts.isFile()) throw new FileError(file, 'it is not a file')
    const handle = await open(file)
    await handle.close()
    return facts.size
  } catch (error) {
    throw FileError.from(file, error)
  }
}

const digestOf = async (
  file: string,
  { algorithm, signal }: { algorithm: ChecksumAlgorithm; signal: AbortSignal | undefined },
): Promise<Checksum> => {
  const hash = createHash(algorithm)
  try {
    for await (const chunk of createReadStream(file, signal ? { signal } : {})) hash.update(chunk)
  } catch (error) {
    signal?.throwIfAborted()
    throw FileError.from(file, error)
  }
  return { algorithm, digest: hash.digest('hex') }
}

const transferOf = (
  {
    path,
    content,
    filename,
    checksum,
  }: Pick<Transfer, 'checksum'> & {
    path: string
    content: FileContent
    filename: string
  },
  task: unknown,
): Transfer => {
  if (!isTask(task)) throw new ProxkitError(`${path}: the answer is no task`)
  const storage = decodeURIComponent(path.split('/').at(-1) ?? '')
  return { task, volid: `${storage}:${content}/${filename}`, checksum }
}
