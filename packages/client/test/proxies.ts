import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { listen } from './listen.js'

export interface TestProxy {
  readonly port: number
  /** What it was asked to reach, and as whom. */
  readonly asked: readonly { target: string; as: string | undefined }[]
}

const joined = (left: Socket, right: Socket): void => {
  left.on('error', () => right.destroy())
  right.on('error', () => left.destroy())
  left.pipe(right)
  right.pipe(left)
}

/** A proxy that speaks CONNECT; `status` is what it answers to those that it lets through, or not. */
export const startHttpProxy = async (
  status = '200 Connection established',
  tls?: { key: string; cert: string },
): Promise<TestProxy> => {
  const asked: { target: string; as: string | undefined }[] = []
  const sockets = new Set<Socket>()
  const server = tls ? createTlsServer(tls) : createServer()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.on('connect', ({ url = '', headers }: IncomingMessage, socket: Socket) => {
    asked.push({ target: url, as: headers['proxy-authorization'] })
    if (!status.startsWith('200')) {
      socket.end(`HTTP/1.1 ${status}\r\n\r\n`)
      return
    }
    const target = new URL(`http://${url}`)
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1')
    const outer = connect(Number(target.port), host, () => {
      socket.write(`HTTP/1.1 ${status}\r\n\r\n`)
      joined(socket, outer)
    })
    sockets.add(outer)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { asked, port: await listen(server) }
}

/** A SOCKS 4a and 5 proxy (RFC 1928, RFC 1929) that takes any password. */
export const startSocksProxy = async (): Promise<TestProxy> => {
  const asked: { target: string; as: string | undefined }[] = []
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    const reader = readerOf(socket)
    void (async () => {
      const { host, port, as, reply } = await serveSocks(reader)
      asked.push({ target: `${host}:${port}`, as })
      const outer = connect(port, host, () => {
        socket.write(reply)
        reader.release()
        joined(socket, outer)
      })
      sockets.add(outer)
    })()
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { asked, port: await listen(server) }
}

interface Reader {
  readonly socket: Socket
  /** The next so many bytes. */
  readonly take: (count: number) => Promise<Buffer>
  readonly release: () => void
}

interface SocksRequest {
  readonly host: string
  readonly port: number
  readonly as: string | undefined
  /** What tells that the connection stands. */
  readonly reply: Buffer
}

const serveSocks = async (reader: Reader): Promise<SocksRequest> => {
  const [version] = await reader.take(1)
  return version === 5 ? serveSocks5(reader) : serveSocks4(reader)
}

const serveSocks5 = async ({ socket, take }: Reader): Promise<SocksRequest> => {
  const [methodCount = 0] = await take(1)
  const methods = await take(methodCount)
  let as: string | undefined
  if (methods.includes(2)) {
    socket.write(Buffer.from([5, 2]))
    const [, nameLength = 0] = await take(2)
    const name = (await take(nameLength)).toString()
    const [passwordLength = 0] = await take(1)
    as = `${name}:${(await take(passwordLength)).toString()}`
    socket.write(Buffer.from([1, 0]))
  } else {
    socket.write(Buffer.from([5, 0]))
  }
  const [, , , kind] = await take(4)
  const [nameLength = 0] = kind === 3 ? await take(1) : [4]
  const address = await take(nameLength)
  const host = kind === 3 ? address.toString() : address.join('.')
  const port = (await take(2)).readUInt16BE()
  return { host, port, as, reply: Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]) }
}

const serveSocks4 = async ({ take }: Reader): Promise<SocksRequest> => {
  await take(1)
  const port = (await take(2)).readUInt16BE()
  const address = await take(4)
  const as = await text(take)
  const host = address[0] === 0 ? await text(take) : address.join('.')
  return { host, port, as, reply: Buffer.from([0, 90, 0, 0, 0, 0, 0, 0]) }
}

const text = async (take: Reader['take']): Promise<string> => {
  const bytes: number[] = []
  for (let [byte = 0] = await take(1); byte !== 0; [byte = 0] = await take(1)) bytes.push(byte)
  return Buffer.from(bytes).toString()
}

const readerOf = (socket: Socket): Reader => {
  let buffered = Buffer.alloc(0)
  let wanted: (() => void) | undefined
  const receive = (chunk: Buffer): void => {
    buffered = Buffer.concat([buffered, chunk])
    wanted?.()
  }
  socket.on('data', receive)
  return {
    socket,
    async take(count) {
      while (buffered.length < count) {
        await new Promise<void>((resolve) => {
          wanted = resolve
        })
      }
      const taken = buffered.subarray(0, count)
      buffered = buffered.subarray(count)
      return taken
    },
    release() {
      socket.off('data', receive)
      if (buffered.length > 0) socket.unshift(buffered)
    },
  }
}
