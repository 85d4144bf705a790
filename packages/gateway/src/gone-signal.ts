import { setMaxListeners } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Aborted when the connection of a request ends: nobody waits any longer for its answer. All requests of a connection
 * have one in common, since making one takes longer than anything else that is done here for a small request.
 */
export function goneSignal({ socket }: IncomingMessage): AbortSignal {
  const known = signals.get(socket)
  if (known) return known
  const gone = new AbortController()
  // Those who send requests ahead of the answers may have any number under way.
  setMaxListeners(0, gone.signal)
  socket.once('close', () => gone.abort())
  if (socket.destroyed) gone.abort()
  signals.set(socket, gone.signal)
  return gone.signal
}

const signals = new WeakMap<Socket, AbortSignal>()
