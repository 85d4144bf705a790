import { once } from 'node:events'
import { connect } from 'node:tls'

/** The certificate, in PEM form, that the server of a URL shows. */
export async function certificateOf(url: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const certificate = socket.getPeerX509Certificate()
  socket.destroy()
  return certificate?.toString() ?? ''
}
