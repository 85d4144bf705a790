import { failed } from '../../engine/fault.js'
import { type Print, serveTerminal, type TerminalProgram } from '../../engine/console/terminal.js'
import { verifyConsoleTicket } from '../access/ticket.js'
import type { CallContext } from '../context.js'
import { patience } from './door.js'
import type { ConsoleServer } from './open-console.js'

export interface TermProxy {
  /** ACL path that the ticket is bound to, and the privilege that is asked for on it. */
  readonly path: string
  readonly privilege: 'VM.Console' | 'Sys.Console'
  /** What runs at the terminal: its command line, and what it does. */
  readonly command: string
  readonly start: (print: Print) => TerminalProgram
}

/** Serves a terminal to who shows the ticket once more. pve-xtermjs termproxy/src/main.rs: do_main */
export function termProxy(
  { cluster, clock }: CallContext<unknown>,
  { path, privilege, command, start }: TermProxy,
): ConsoleServer {
  return async ({ task, port, ticket, viewer, stopped }) => {
    const failure = failed(
      `command '/usr/bin/termproxy ${port} --path ${path} --perm ${privilege} --vncticket-endpoint ` +
        `--verify-port --ticket-fd 14 -- ${command}' failed: exit code 1`,
    )
    const peer = await viewer()
    if (!peer) {
      task.log('failed waiting for client: timed out')
      throw failure
    }
    task.log(`client connection: 127.0.0.1:${port}`)
    const known = new AbortController()
    clock.sleep(patience, AbortSignal.any([task.signal, known.signal])).then(
      () => peer.destroy(),
      () => {},
    )
    const end = await serveTerminal(peer, {
      start,
      async admits(authid, shown) {
        known.abort()
        if (shown !== (await ticket)) return false
        const question = { authid, vncticket: shown, path, privs: privilege, port }
        return verifyConsoleTicket(cluster, question).then(
          () => true,
          () => false,
        )
      },
    })
    known.abort()
    peer.end()
    // The program at the terminal goes with its guest.
    if (end === 'left' && !stopped.aborted) return
    task.log(
      end === 'refused'
        ? 'authentication request failed'
        : 'error reading from pty: Input/output error (os error 5)',
    )
    throw failure
  }
}

/** A program that only says why it cannot run. */
export function endedProgram(print: Print, reason: string): TerminalProgram {
  print(`${reason}\r\n`)
  return { hasEnded: true, type() {}, resize() {} }
}
