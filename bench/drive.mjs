import net from 'node:net'
import { performance } from 'node:perf_hooks'

/**
 * Sends the same GET over a few kept connections, one at a time on each, and counts the answers. Of several paths each
 * connection has one of its own.
 *
 * Reads no more of an answer than it must, so that the server and not this process is the one that is busy.
 */
export async function drive(url, { path, headers, connections, milliseconds }) {
  const { hostname, port } = new URL(url)
  const lines = Object.entries({ Host: `${hostname}:${port}`, ...headers })
  const fields = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const requests = [path].flat().map((one) => Buffer.from(`GET ${one} HTTP/1.1\r\n${fields}\r\n`))
  const before = performance.eventLoopUtilization()
  const started = performance.now()
  const end = started + milliseconds
  const counts = await Promise.all(
    Array.from({ length: connections }, (_, index) => {
      const request = requests[index % requests.length]
      return visit({ hostname, port: Number(port), request, end })
    }),
  )
  const seconds = (performance.now() - started) / 1000
  const count = counts.reduce((sum, one) => sum + one, 0)
  return {
    count,
    perSecond: count / seconds,
    driverBusy: performance.eventLoopUtilization(before).utilization,
  }
}

/** Keeps one connection busy until `end`, and opens it anew where the server closes it. */
async function visit(options) {
  let count = 0
  while (performance.now() < options.end) count += await untilClosed(options)
  return count
}

function untilClosed({ hostname, port, request, end }) {
  return new Promise((resolve, reject) => {
    let count = 0
    let missing = 0
    let closing = false
    const socket = net.connect({ host: hostname, port, noDelay: true }, () => socket.write(request))
    socket.on('error', reject)
    socket.on('close', () => resolve(count))
    socket.on('data', (chunk) => {
      if (missing > 0) missing -= chunk.length
      else {
        const head = readHead(chunk)
        missing = head.length - chunk.length
        closing = head.closing
      }
      if (missing > 0) return
      count += 1
      if (closing || performance.now() >= end) socket.end()
      else socket.write(request)
    })
  })
}

/** Length of the answer that begins here. */
function readHead(chunk) {
  const headLength = chunk.indexOf('\r\n\r\n') + 4
  const head = chunk.latin1Slice(0, headLength)
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`unexpected answer: ${head}`)
  const length = Number(/^content-length: (\d+)\r$/im.exec(head)?.[1])
  // What passed through the privileged daemon names both; the connection stays.
  const closing = !/^connection: keep-alive\r$/im.test(head) && /^connection: close\r$/im.test(head)
  return { length: headLength + length, closing }
}
