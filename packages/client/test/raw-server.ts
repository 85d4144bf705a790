import { createServer } from 'node:net'
import { onTestFinished } from 'vitest'
import { listen } from './listen.js'

/** A server that answers each connection's first bytes with the given ones, or by closing it. */
export const startRawServer = async (answer: () => Buffer | undefined): Promise<number> => {
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.end(answer() ?? '')
    })
    socket.on('error', () => {})
  })
  onTestFinished(() => {
    server.close()
  })
  return listen(server)
}
