import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { PveClient } from '../src/index.js'
import { closing, SteppedClock, token } from './clients.js'
import { listen } from './listen.js'

export interface Faulty {
  readonly client: PveClient
  /** Requests that came, whole or in part. */
  readonly requests: () => number
}

/** A server that does as it likes with a connection whose request came. */
export const startFaulty = async (
  misbehave: (socket: Socket, chunk: Buffer) => void,
  connections = 64,
): Promise<Faulty> => {
  let requests = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      if (/^(?:GET|POST|PUT|DELETE) /.test(chunk.toString('latin1', 0, 8))) requests += 1
      misbehave(socket, chunk)
    })
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const url = `http://127.0.0.1:${await listen(server)}`
  const client = closing({
    url,
    auth: { token },
    clock: new SteppedClock(),
    timeout: 5000,
    connections,
  })
  return { client, requests: () => requests }
}
