import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { ByteReader } from './byte-reader.js'
import { drained } from './drained.js'
import { encryptChallenge } from './encrypt-challenge.js'
import { Framebuffer } from './framebuffer.js'
import { type PixelFormat, readPixelFormat, standardFormat } from './pixel-format.js'

export interface ScreenOptions {
  readonly password: string
  readonly title: string
}

/** The server's side of a screen: RFB 3.8 with a password, raw rectangles. RFC 6143 */
export async function serveScreen(peer: Duplex, options: ScreenOptions): Promise<void> {
  const reader = new ByteReader(peer)
  if (!(await admit(peer, reader, options))) return
  const session = new ScreenSession(peer, reader)
  while (await session.answer());
}

/** Everything up to the description of the screen. RFC 6143, 7.1 to 7.3 */
async function admit(
  peer: Duplex,
  reader: ByteReader,
  { password, title }: ScreenOptions,
): Promise<boolean> {
  peer.write('RFB 003.008\n')
  const version = (await reader.read(12))?.toString('latin1')
  if (version !== 'RFB 003.008\n' && version !== 'RFB 003.007\n') {
    if (version !== undefined)
      peer.write(Buffer.concat([Buffer.of(0), text('Unsupported version')]))
    return false
  }
  peer.write(Buffer.of(1, passwordSecurity))
  if ((await reader.read(1))?.[0] !== passwordSecurity) return false
  const challenge = randomBytes(16)
  peer.write(challenge)
  const response = await reader.read(16)
  if (!response) return false
  if (!timingSafeEqual(response, encryptChallenge(password, challenge))) {
    const hasReason = version === 'RFB 003.008\n'
    peer.write(Buffer.concat([uint32(1), ...(hasReason ? [text('Authentication failed')] : [])]))
    return false
  }
  peer.write(uint32(0))
  if (!(await reader.read(1))) return false
  peer.write(
    Buffer.concat([
      uint16(Framebuffer.width),
      uint16(Framebuffer.height),
      standardFormat.bytes,
      text(title),
    ]),
  )
  return true
}

class ScreenSession {
  readonly #peer: Duplex
  readonly #reader: ByteReader
  readonly #screen = new Framebuffer()
  #format: PixelFormat = standardFormat
  /** Asked for what changed, and nothing has so far. */
  #isWaiting = false

  constructor(peer: Duplex, reader: ByteReader) {
    this.#peer = peer
    this.#reader = reader
  }

  /** Reads one message; false at the end, and where it is none. */
  async answer(): Promise<boolean> {
    const [type] = (await this.#reader.read(1)) ?? []
    const read = type === undefined ? undefined : this.#messages.get(type)
    return read ? read() : false
  }

  /** RFC 6143, 7.5 */
  readonly #messages = new Map<number, () => Promise<boolean>>([
    [0, () => this.#setPixelFormat()],
    [2, () => this.#setEncodings()],
    [3, () => this.#update()],
    [4, () => this.#pressKey()],
    [5, () => this.#skip(5)],
    [6, () => this.#cutText()],
  ])

  async #setPixelFormat(): Promise<boolean> {
    const message = await this.#reader.read(19)
    const format = message && readPixelFormat(message.subarray(3))
    if (format) this.#format = format
    return format !== undefined
  }

  /** Raw is always allowed, whatever the viewer would rather have. */
  async #setEncodings(): Promise<boolean> {
    const message = await this.#reader.read(3)
    return message !== undefined && this.#skip(message.readUInt16BE(1) * 4)
  }

  async #update(): Promise<boolean> {
    const message = await this.#reader.read(9)
    if (!message) return false
    const isIncremental = message[0] !== 0
    if (isIncremental && !this.#screen.hasChanged) this.#isWaiting = true
    else await this.#show()
    return true
  }

  async #pressKey(): Promise<boolean> {
    const message = await this.#reader.read(7)
    if (!message) return false
    if (message[0] !== 0) this.#screen.press(message.readUInt32BE(3))
    if (this.#isWaiting && this.#screen.hasChanged) await this.#show()
    return true
  }

  async #cutText(): Promise<boolean> {
    const message = await this.#reader.read(7)
    const length = message?.readUInt32BE(3)
    return length !== undefined && length <= longestText && this.#skip(length)
  }

  async #skip(length: number): Promise<boolean> {
    return (await this.#reader.read(length)) !== undefined
  }

  /** The whole screen as one raw rectangle. */
  async #show(): Promise<void> {
    this.#isWaiting = false
    const size = [uint16(Framebuffer.width), uint16(Framebuffer.height)]
    const head = [Buffer.of(0, 0), uint16(1), uint32(0), ...size, uint32(0)]
    const peer = this.#peer
    if (!peer.write(Buffer.concat([...head, this.#screen.pixels(this.#format)]))) {
      await drained(peer)
    }
  }
}

const passwordSecurity = 2
const longestText = 2 ** 20

function text(content: string): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([uint32(bytes.length), bytes])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
