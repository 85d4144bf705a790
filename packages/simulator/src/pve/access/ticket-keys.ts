import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../../engine/clock.js'
import type { ConfigTree } from '../../engine/config-tree.js'

// pve-access-control AccessControl.pm: $pve_auth_key_files, $pve_www_key_fn
const privateKeyPath = 'priv/authkey.key'
const publicKeyPath = 'authkey.pub'
const previousKeyPath = 'authkey.pub.old'
const csrfKeyPath = 'pve-www.key'

// pve-access-control AccessControl.pm: $authkey_lifetime, $ticket_lifetime, $auth_graceperiod; in seconds
export const keyLifetime: number = 24 * 3600
export const ticketLifetime: number = 2 * 3600
export const gracePeriod: number = 300

/** Where the keys are kept. */
export interface KeyStore {
  readonly config: ConfigTree
  /** When the public keys were written, in seconds since the epoch, by path. */
  readonly keyTimes: Map<string, number>
}

/** A public key that tickets may be signed for. */
export interface VerificationKey {
  readonly key: KeyObject
  /** Seconds since it was written; for the previous key, since it was replaced. */
  readonly age: number
  readonly isPrevious: boolean
}

/** The keys of a cluster: the one that signs is replaced every 24 hours, and the one before is still believed. */
export class TicketKeys {
  readonly #store: KeyStore
  readonly #clock: Clock
  #rotation: Promise<void> | undefined

  constructor(store: KeyStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** The key that signs; a new one where there is none or where it is due. */
  async signingKey(): Promise<KeyObject> {
    if (this.#isDue()) {
      await (this.#rotation ??= this.#rotate().finally(() => {
        this.#rotation = undefined
      }))
    }
    return this.#store.config.parse(privateKeyPath, createPrivateKey)
  }

  /** The keys that tickets are checked with, the present one first; none as long as none was ever made. */
  verificationKeys(): VerificationKey[] {
    const current = this.#publicKey(publicKeyPath)
    const previous = this.#publicKey(previousKeyPath)
    return [
      ...(current ? [{ key: current, age: this.#age(publicKeyPath), isPrevious: false }] : []),
      ...(previous ? [{ key: previous, age: this.#age(previousKeyPath), isPrevious: true }] : []),
    ]
  }

  /** The text that the secret behind CSRF tokens is derived from. */
  csrfKey(): string {
    const { config } = this.#store
    if (!config.has(csrfKeyPath)) config.write(csrfKeyPath, `${randomBytes(32).toString('hex')}\n`)
    return config.read(csrfKeyPath) ?? ''
  }

  /** pve-access-control AccessControl.pm: check_authkey */
  #isDue(): boolean {
    const { config } = this.#store
    if (!config.has(privateKeyPath) || !config.has(publicKeyPath)) return true
    const age = this.#age(publicKeyPath)
    return age >= keyLifetime || age < -gracePeriod
  }

  /** pve-access-control AccessControl.pm: rotate_authkey */
  async #rotate(): Promise<void> {
    const { config, keyTimes } = this.#store
    const fresh = await (config.has(publicKeyPath) ? makeKey() : (processKey ??= makeKey()))
    // Another state may have been restored meanwhile.
    if (!this.#isDue()) return
    const old = config.read(publicKeyPath)
    const now = this.#now()
    if (old !== undefined) {
      config.write(previousKeyPath, old)
      keyTimes.set(previousKeyPath, now)
    }
    config.write(publicKeyPath, fresh.publicKey)
    config.write(privateKeyPath, fresh.privateKey)
    keyTimes.set(publicKeyPath, now)
  }

  #publicKey(path: string): KeyObject | undefined {
    const { config } = this.#store
    return config.has(path) ? config.parse(path, createPublicKey) : undefined
  }

  /** A key that came with a file was old enough for its tickets, and its predecessor went when it came. */
  #age(path: string): number {
    const { keyTimes } = this.#store
    const now = this.#now()
    let written = keyTimes.get(path) ?? keyTimes.get(publicKeyPath)
    if (written === undefined) keyTimes.set(publicKeyPath, (written = now - ticketLifetime))
    return now - written
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000)
  }
}

/** One for all clusters of this process that have none: making a key takes longer than most tests. */
let processKey: Promise<KeyTexts> | undefined

interface KeyTexts {
  readonly privateKey: string
  readonly publicKey: string
}

function makeKey(): Promise<KeyTexts> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
}
