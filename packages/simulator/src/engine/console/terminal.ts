import type { Duplex } from 'node:stream'
import { ByteReader } from './byte-reader.js'
import { drained } from './drained.js'

/** Shows text at a terminal. */
export type Print = (text: string) => void

/** What runs at a terminal. */
export interface TerminalProgram {
  readonly hasEnded: boolean
  /** Keys as a terminal sends them. */
  type(keys: string): void
  resize(columns: number, rows: number): void
}

export interface TerminalOptions {
  /** Whether the first line, `user:ticket`, lets in. */
  readonly admits: (user: string, ticket: string) => Promise<boolean>
  readonly start: (print: Print) => TerminalProgram
}

/** How a terminal ended: nobody was let in, the viewer left, or the program ended. */
export type TerminalEnd = 'refused' | 'left' | 'ended'

/**
 * The server's side of a terminal: a line with the ticket, answered by `OK`; then `0:length:keys`, `1:columns:rows:`
 * and `2`, which only keeps the connection alive. What the terminal shows comes back as it is.
 *
 * pve-xtermjs termproxy/src/main.rs: do_main, process_queue
 */
export async function serveTerminal(peer: Duplex, options: TerminalOptions): Promise<TerminalEnd> {
  const reader = new ByteReader(peer)
  const line = (await reader.readUntil(newline, longestTicket))?.toString() ?? ''
  const colon = line.indexOf(':')
  if (colon < 0 || !(await options.admits(line.slice(0, colon), line.slice(colon + 1)))) {
    return 'refused'
  }
  peer.write('OK')
  const program = options.start((text) => peer.write(text))
  while (!program.hasEnded) {
    if (!(await readMessage(reader, program))) return 'left'
    // Who does not read what the terminal shows cannot go on typing.
    if (peer.writableNeedDrain) await drained(peer)
  }
  return 'ended'
}

/** False at the end. What is no message is passed over byte by byte, as the original does. */
async function readMessage(reader: ByteReader, program: TerminalProgram): Promise<boolean> {
  const kind = (await reader.read(1))?.toString()
  if (kind === '0') {
    await reader.read(1)
    const length = await readNumber(reader)
    const keys = length === undefined ? undefined : await reader.read(length)
    if (keys) program.type(keys.toString())
  } else if (kind === '1') {
    await reader.read(1)
    const columns = await readNumber(reader)
    const rows = columns === undefined ? undefined : await readNumber(reader)
    if (columns !== undefined && rows !== undefined) program.resize(columns, rows)
  }
  return kind !== undefined
}

async function readNumber(reader: ByteReader): Promise<number | undefined> {
  const digits = (await reader.readUntil(colonByte, longestNumber))?.toString() ?? ''
  return /^\d{1,6}$/.test(digits) ? Number(digits) : undefined
}

const newline = 10
const colonByte = 58
const longestNumber = 20
const longestTicket = 8192
