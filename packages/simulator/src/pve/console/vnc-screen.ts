import { ByteReader } from '../../engine/console/byte-reader.js'
import { serveScreen } from '../../engine/console/screen.js'
import { failed } from '../../engine/fault.js'
import type { ConsoleServer } from './open-console.js'

interface VncScreen {
  /** What the viewer writes above it. */
  readonly title: string
  /** Without it the port wants TLS first, as viewers have it that are no browser. */
  readonly hasWebSocket: boolean
  /** Whether anything runs that could be shown. */
  readonly isRunning: () => boolean
  /** How the task fails where nobody connects; undefined where that is no failure. */
  readonly missed: (port: string) => string | undefined
  /** What the task says where nothing runs. */
  readonly stopped?: { readonly log: string; readonly failure: string }
}

/** Serves a screen to who knows its password. */
export function vncScreen({
  title,
  hasWebSocket,
  isRunning,
  missed,
  stopped,
}: VncScreen): ConsoleServer {
  return async ({ task, port, ticket, password, viewer }) => {
    const peer = await viewer()
    if (!peer) {
      const failure = missed(port)
      if (failure !== undefined) throw failed(failure)
      return
    }
    if (!isRunning()) {
      peer.end()
      if (!stopped) return
      task.log(stopped.log)
      throw failed(stopped.failure)
    }
    // The programs behind the ports took the ticket for the password before there was one.
    if (hasWebSocket) await serveScreen(peer, { password: password ?? (await ticket), title })
    else await new ByteReader(peer).read(1)
    peer.end()
  }
}
