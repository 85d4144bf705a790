import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends bytes as they are, and reads until the other side ends the connection. */
export async function rawExchange(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  // A server may well break off where it has seen enough.
  socket.on('error', () => {})
  let received = ''
  socket.setEncoding('latin1').on('data', (text: string) => (received += text))
  const closed = once(socket, 'close')
  socket.write(request, 'latin1')
  await closed
  return received
}
