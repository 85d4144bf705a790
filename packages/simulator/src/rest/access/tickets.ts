import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import type { Cluster } from '../../pve/cluster.js'
import type { RestProduct } from '../product.js'

const keyPath = 'authkey.key'
const publicKeyPath = 'authkey.pub'
const csrfKeyPath = 'csrf.key'

// proxmox-rs proxmox-auth-api/src/lib.rs: TICKET_LIFETIME, and how far a clock may be ahead; in seconds
const lifetime = 2 * 3600
const grace = 300

/** Issues and checks what stands in for a password. proxmox-rs proxmox-auth-api/src/ticket.rs */
export class RestTickets {
  readonly #cluster: Cluster
  readonly #prefix: string

  constructor(product: RestProduct, cluster: Cluster) {
    this.#prefix = product.ticketPrefix
    this.#cluster = cluster
  }

  issue(userid: string): string {
    const plain = `${this.#prefix}:${userid.replaceAll('%', '%25').replaceAll(':', '%3A')}:${this.#now()}`
    const { config } = this.#cluster
    this.#ensureKey()
    const signature = sign(null, Buffer.from(plain), config.parse(keyPath, createPrivateKey))
    return `${plain}::${unpadded(signature)}`
  }

  /** The user of a valid ticket; throws why it is none. */
  verify(ticket: string): string {
    const [, plain = '', prefix, data = '', time = '', signature = ''] =
      /^(([^:]*):([^:]*):([\dA-F]+))::(.+)$/.exec(ticket) ?? []
    if (prefix !== this.#prefix) throw new Error('ticket with invalid prefix')
    this.#requireAge(time)
    const { config } = this.#cluster
    const isSigned =
      config.has(publicKeyPath) &&
      verify(
        null,
        Buffer.from(plain),
        config.parse(publicKeyPath, createPublicKey),
        Buffer.from(signature, 'base64'),
      )
    if (!isSigned) throw new Error('ticket with invalid signature')
    return decodeURIComponent(data)
  }

  csrfToken(userid: string): string {
    const time = this.#now()
    return `${time}:${unpadded(this.#csrfDigest(time, userid))}`
  }

  requireCsrfToken(token: string, userid: string): void {
    const [time = '', signature = ''] = token.split(':')
    const wanted = this.#csrfDigest(time, userid)
    const given = Buffer.from(signature, 'base64')
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new Error('invalid csrf token - invalid signature.')
    }
    this.#requireAge(time)
  }

  #requireAge(time: string): void {
    const age = this.#cluster.now() - Number.parseInt(time, 16)
    if (!(age >= -grace)) throw new Error('invalid ticket - timestamp newer than expected')
    if (age > lifetime) throw new Error('invalid ticket - expired')
  }

  #csrfDigest(time: string, userid: string): Buffer {
    const { config } = this.#cluster
    if (!config.has(csrfKeyPath)) config.write(csrfKeyPath, unpadded(randomBytes(32)))
    const key = Buffer.from(config.read(csrfKeyPath) ?? '', 'base64')
    return createHmac('sha3-256', key).update(`${time}:${userid}:`).digest()
  }

  #ensureKey(): void {
    const { config } = this.#cluster
    if (config.has(keyPath) && config.has(publicKeyPath)) return
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    config.write(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    config.write(publicKeyPath, publicKey.export({ type: 'spki', format: 'pem' }).toString())
  }

  #now(): string {
    return this.#cluster.now().toString(16).toUpperCase().padStart(8, '0')
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
