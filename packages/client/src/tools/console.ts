import { Duplex } from 'node:stream'
import type { CallOptions } from '../call-types.js'
import { ProxkitError } from '../errors.js'
import { withinLimits } from '../within-limits.js'
import type { ToolAccess } from './tool-access.js'
import type { ConsoleOptions, Screen, Terminal } from './tool-types.js'

/** Opens a console and waits until it can be used. */
export const openConsole = async (
  { path, open }: ToolAccess,
  { type = 'terminal', params, ...options }: ConsoleOptions = {},
): Promise<Terminal | Screen> => {
  if (type === 'vnc') {
    const call = path.includes('/', '/nodes/'.length) ? 'vncproxy' : 'vncshell'
    const { data, socket } = await open(`${path}/${call}`, { websocket: true, ...params }, options)
    // Before there was one of its own, the ticket was the password.
    return new VncScreen(socket, textOf(data, 'password') ?? textOf(data, 'ticket') ?? '')
  }
  if (type !== 'terminal') {
    throw new TypeError(`a console is of type 'terminal' or 'vnc', not '${String(type)}'`)
  }
  const { data, socket } = await open(`${path}/termproxy`, params, options)
  const begun = begin(socket, {
    line: `${textOf(data, 'user') ?? ''}:${textOf(data, 'ticket') ?? ''}\n`,
    subject: `POST ${path}/termproxy`,
  })
  try {
    await withinLimits(begun, { ...limitsOf(options), subject: `POST ${path}/termproxy` })
  } catch (error) {
    socket.destroy()
    throw error
  }
  return new TerminalConsole(socket)
}

/** A console as a stream, in messages that the server takes. */
class Console extends Duplex {
  readonly #socket: Duplex

  constructor(socket: Duplex) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) socket.pause()
    })
    socket.once('end', () => this.push(null))
    socket.once('error', (error: Error) => this.destroy(error))
    // Of a connection that has ended the rest is still to be read.
    socket.once('close', () => socket.readableEnded || this.destroy())
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    for (let at = 0; at + longestMessage < chunk.length; at += longestMessage) {
      this.#socket.write(this.message(chunk.subarray(at, at + longestMessage)))
    }
    const rest = chunk.length % longestMessage || longestMessage
    this.#socket.write(this.message(chunk.subarray(-rest)), done)
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#socket.readableEnded) {
      this.#socket.end(done)
      return
    }
    this.#socket.destroy()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }

  protected message(chunk: Buffer): Buffer {
    return chunk
  }

  protected tell(message: string): void {
    if (this.#socket.writable) this.#socket.write(message)
  }
}

class VncScreen extends Console implements Screen {
  declare readonly password: string

  constructor(socket: Duplex, password: string) {
    super(socket)
    // Not to be seen where the stream is printed.
    Object.defineProperty(this, 'password', { value: password })
  }
}

/** pve-xtermjs xterm.js/src/main.js: runTerminal */
class TerminalConsole extends Console implements Terminal {
  readonly #ping: NodeJS.Timeout

  constructor(socket: Duplex) {
    super(socket)
    this.#ping = setInterval(() => this.tell('2'), pingInterval).unref()
  }

  resize(columns: number, rows: number): void {
    for (const count of [columns, rows]) {
      if (Number.isInteger(count) && count > 0 && count < 65_536) continue
      throw new RangeError(`a terminal has 1 to 65535 columns and rows, not ${columns} by ${rows}`)
    }
    this.tell(`1:${columns}:${rows}:`)
  }

  protected override message(chunk: Buffer): Buffer {
    return Buffer.concat([Buffer.from(`0:${chunk.length}:`), chunk])
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#ping)
    super._destroy(error, done)
  }
}

/** Shows the ticket once more, and waits for the answer to it. */
const begin = (
  socket: Duplex,
  { line, subject }: { readonly line: string; readonly subject: string },
): Promise<void> =>
  new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const refuse = (): void =>
      reject(new ProxkitError(`${subject}: the terminal was closed before it began`))
    const read = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2) return
      socket.pause()
      for (const end of ends) socket.off(end, refuse)
      socket.off('data', read)
      if (received.subarray(0, 2).toString() !== 'OK') refuse()
      else {
        if (received.length > 2) socket.unshift(received.subarray(2))
        resolve()
      }
    }
    for (const end of ends) socket.on(end, refuse)
    socket.on('data', read)
    socket.write(line)
  })

const ends = ['end', 'close', 'error'] as const

const limitsOf = ({ signal, timeout }: CallOptions): { signal?: AbortSignal; timeout: number } => ({
  ...(signal && { signal }),
  timeout: (typeof timeout === 'number' ? timeout : timeout?.total) ?? defaultTimeout,
})

/** Milliseconds: the server itself gives up sooner. */
const defaultTimeout = 30_000

const pingInterval = 30_000

/** Bytes, well below the 128 KiB that a server takes. pve-http-server AnyEvent.pm: websocket_proxy */
const longestMessage = 64 * 1024

const textOf = (data: unknown, name: string): string | undefined => {
  const value: unknown =
    typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined
  return typeof value === 'string' ? value : undefined
}
