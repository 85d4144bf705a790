import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import { gunzipSync, inflateSync } from 'node:zlib'

/** An answer as it came over the socket. */
export interface Answer {
  readonly statusLine: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export interface ConnectOptions {
  readonly port: number
  readonly plain?: boolean
}

/** A connection on which text is sent as it is, one byte per character. */
export class RawConnection {
  readonly #socket: net.Socket
  #received: Buffer = Buffer.alloc(0)
  #closed = false
  #wake = (): void => {}

  private constructor(socket: net.Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    const end = (): void => {
      this.#closed = true
      this.#wake()
    }
    socket.on('end', end)
    socket.on('close', end)
    socket.on('error', end)
  }

  static async open({ port, plain = false }: ConnectOptions): Promise<RawConnection> {
    const socket = plain
      ? net.connect(port, '127.0.0.1')
      : tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, plain ? 'connect' : 'secureConnect')
    return new RawConnection(socket)
  }

  send(text: string): void {
    this.#socket.write(Buffer.from(text, 'latin1'))
  }

  /** Sends text in UTF-8; `\\xe4` in it stands for a byte that is none. */
  sendText(text: string): void {
    const bytes = Buffer.from(text).toString('latin1')
    this.send(
      bytes.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    )
  }

  /** The next answer; undefined when the connection ends without one. */
  async answer(): Promise<Answer | undefined> {
    for (;;) {
      const parsed = parseAnswer(this.#received)
      if (parsed) {
        this.#received = this.#received.subarray(parsed.length)
        return parsed.answer
      }
      if (this.#closed) return undefined
      await this.#change()
    }
  }

  /** Whether the server ends the connection within some milliseconds. */
  async endsWithin(milliseconds: number): Promise<boolean> {
    const end = Date.now() + milliseconds
    while (!this.#closed && Date.now() < end) {
      await Promise.race([this.#change(), pause(end - Date.now())])
    }
    return this.#closed
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}

/** Reads one answer from the beginning of what was received. */
export function parseAnswer(received: Buffer): { answer: Answer; length: number } | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [statusLine = '', ...lines] = received.toString('latin1', 0, end).split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(': ')
    return [line.slice(0, colon), line.slice(colon + 2)] as const
  })
  const length = end + 4 + Number(header(headers, 'Content-Length') ?? 0)
  if (received.length < length) return undefined
  const content = received.subarray(end + 4, length)
  const encoding = header(headers, 'Content-Encoding')
  const body =
    encoding === 'gzip' && content.length > 0
      ? gunzipSync(content)
      : encoding === 'deflate'
        ? inflateSync(content)
        : content
  return { answer: { statusLine, headers, body: body.toString('utf8') }, length }
}

export function header(headers: Answer['headers'], name: string): string | undefined {
  return headers.find(([found]) => found === name)?.[1]
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}
