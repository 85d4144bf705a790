import { FileError } from '@proxkit/client'
import type { Example } from '../example.js'

/** What the storages hold, and files on their way into one of them: from here, and from the web by the node. */
export const files: Example = async ({ pve, print }) => {
  const node = pve.node('pve1')
  for (const { storage, type, content } of await node.storage()) {
    const { used, total } = await node.storage(storage).status()
    print(`${storage} (${type}: ${content}) uses ${used} of ${total}`)
  }

  try {
    const sent = await node.storage('local').uploadFile('/no/such/custom.iso')
    await sent.task.done()
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    print(`not sent: ${error.path}`)
  }

  const download = await node
    .storage('local')
    .downloadFile('https://mirror.invalid/debian-13.iso', { checksum: false })
  print(`on its way: ${download.volid}`)
}
