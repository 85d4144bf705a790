import { createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** A server that answers each connection's first bytes with the given ones, or by closing it. */
export const startRawServer = async (answer: () => Buffer | undefined): Promise<number> => {
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.end(answer() ?? '')
    })
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
  return address.port
}
