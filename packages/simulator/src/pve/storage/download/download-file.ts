import { basename } from 'node:path/posix'
import { failed, faultText } from '../../../engine/fault.js'
import type { Task } from '../../../engine/tasks.js'
import type { Cluster } from '../../cluster.js'
import { requireContent, storedFacts } from '../upload.js'
import { connectionFault, fetchUrl } from './fetch-url.js'
import { hasRoom } from '../room.js'
import { receiveFile } from './receive-file.js'

export interface DownloadRequest {
  readonly url: string
  readonly node: string
  /** What the file becomes. */
  readonly volid: string
  readonly content: string
  readonly checksum: { readonly algorithm: string; readonly expected: string } | undefined
  readonly compression?: string | undefined
  readonly verifyCertificates: boolean
}

/** Fetches a file in a task. pve-common Tools.pm: download_file_from_url */
export async function downloadFile(
  cluster: Cluster,
  task: Task,
  request: DownloadRequest,
): Promise<void> {
  const { storages } = cluster
  const { url, node, volid, content, checksum, compression } = request
  const path = storages.path(volid)
  const filename = basename(path)
  task.log(`downloading ${url} to ${path}`)
  const present = storages.volume(volid, node)
  if (present) {
    if (!checksum) throw failed(`refusing to override existing file '${path}'`)
    const got = present.stored.checksums?.[checksum.algorithm] ?? ''
    if (got === checksum.expected.toLowerCase()) {
      task.log(
        'calculating checksum of existing file...OK, got correct file already, no need to download',
      )
      return
    }
    task.log('calculating checksum of existing file...')
    throw failed(`checksum mismatch: got '${got}' != expect '${checksum.expected}', aborting`)
  }
  const stream = await requestFile(cluster, task, request)
  const temporary = `${path}.tmp_dwnl.${task.upid.split(':')[2]}`
  const file = await receiveFile(stream, { algorithm: checksum?.algorithm, compression }).catch(
    (error: unknown) => {
      throw failed(`download failed: ${faultText(error)}`)
    },
  )
  if (checksum) {
    const got = file.checksum ?? ''
    const isRight = got === checksum.expected.toLowerCase()
    task.log(`calculating checksum...${isRight ? 'OK, checksum verified' : ''}`)
    if (!isRight) throw failed(`checksum mismatch: got '${got}' != expect '${checksum.expected}'`)
  }
  if (compression !== undefined) {
    task.log(`decompressing ${temporary} to ${path}.tmp_dcom.${task.upid.split(':')[2]}`)
  }
  try {
    requireContent(
      { ...file, path: temporary },
      { content, filename, log: (line) => task.log(line) },
    )
  } catch (error) {
    throw failed(`failed to verify file: ${faultText(error)}`)
  }
  if (!hasRoom(storages, { volid, node, size: file.size })) {
    throw failed(`download failed: Cannot write to ‘${temporary}’ (No space left on device).`)
  }
  storages.store(volid, {
    node,
    ...storedFacts(file, { content, filename }),
    ...(checksum && { checksums: { [checksum.algorithm]: file.checksum ?? '' } }),
  })
  task.log(`download of '${url}' to '${path}' finished`)
}

/** Asks for the file as wget does, with its words. */
async function requestFile(
  cluster: Cluster,
  task: Task,
  { url, verifyCertificates }: DownloadRequest,
): ReturnType<typeof fetchUrl> {
  const time = (): string =>
    new Date(cluster.clock.now()).toISOString().slice(0, 19).replace('T', ' ')
  let place = ''
  try {
    const answer = await fetchUrl(url, {
      method: 'GET',
      verifyCertificates,
      signal: task.signal,
      onRequest(asked) {
        task.log(`--${time()}--  ${asked.href}`)
        const port = asked.port || (asked.protocol === 'https:' ? '443' : '80')
        place = `Connecting to ${asked.hostname}:${port}...`
      },
    })
    const { statusCode = 0, statusMessage = '', headers } = answer
    task.log(
      `${place} connected.`,
      `HTTP request sent, awaiting response... ${statusCode} ${statusMessage}`,
    )
    if (statusCode !== 200) {
      answer.resume()
      throw failed(`download failed: ${time()} ERROR ${statusCode}: ${statusMessage}.`)
    }
    const length = headers['content-length'] ?? 'unspecified'
    const type = headers['content-type']
    task.log(`Length: ${length}${type === undefined ? '' : ` [${type}]`}`)
    return answer
  } catch (error) {
    const text = faultText(error)
    if (text.startsWith('download failed: ')) throw error
    throw failed(`download failed: ${place} failed: ${connectionFault(error)}.`)
  }
}
