import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileError } from '@proxkit/client'
import type { Example } from '../example.js'

/** What the storages hold, and files on their way into one of them: from here, and from the web by the node. */
export const files: Example = async ({ pve, print }) => {
  const node = pve.node('pve1')
  for (const { storage, type, content } of await node.storage()) {
    const { used, total } = await node.storage(storage).status()
    print(`${storage} (${type}: ${content}) uses ${used} of ${total}`)
  }

  const local = node.storage('local')
  const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
  try {
    await writeFile(join(directory, 'custom.iso'), 'an image')
    const { task, volid, checksum } = await local.uploadFile(join(directory, 'custom.iso'))
    const { outcome } = await task.done()
    print(`${volid}: ${outcome}, ${checksum?.algorithm}`)
    await local.uploadFile(join(directory, 'missing.iso'))
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    print(`not sent: ${error.path.slice(directory.length)}`)
  } finally {
    await rm(directory, { recursive: true })
  }

  const url = 'https://mirror.invalid/debian-13.iso'
  const download = await local.downloadFile(url, { checksum: false })
  print(`on its way: ${download.volid}`)
}
