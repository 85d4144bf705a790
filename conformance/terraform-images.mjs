import { once } from 'node:events'
import { createServer } from 'node:http'

/** Serves what nodes download: small stand-ins for an image of a disk and for the template of a container. */
export async function serveImages() {
  const server = createServer((request, response) => {
    const body = /\.(?:img|qcow2)$/.test(request.url ?? '') ? disk : archive
    response.writeHead(200, { 'content-length': body.length })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The header of a disk of 3.5 GiB in the format qcow2. */
const disk = Buffer.alloc(65_536)
disk.write('QFI\xfb', 'latin1')
disk.writeUInt32BE(3, 4)
disk.writeUInt32BE(16, 20)
disk.writeBigUInt64BE(3_758_096_384n, 24)
disk.writeUInt32BE(4, 96)
disk.writeUInt32BE(104, 100)

/** What begins as files of zstd do. */
const archive = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(300_000)])
