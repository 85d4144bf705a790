import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** Closes texts for a store that others may read: only who has the secret opens them, or finds them. */
export interface Seal {
  /** A name that tells nothing about the secret or the text. */
  name(text: string): string
  close(text: string): string
  /** Undefined where it was closed with another secret, or damaged. */
  open(closed: string): string | undefined
}

/** `secret` is one that nobody can guess: a ticket, a token, or what `scrypt` made of a password. */
export function sealOf(secret: string | Uint8Array): Seal {
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `proxkit gateway ${use}`, 32))
  const naming = derive('names')
  const closing = derive('values')
  return {
    name: (text) => createHmac('sha256', naming).update(text).digest('base64url'),
    close(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', closing, nonce)
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
      return Buffer.concat(parts).toString('base64')
    },
    open(closed) {
      const bytes = Buffer.from(closed, 'base64')
      if (bytes.length < 28) return undefined
      const decipher = createDecipheriv('aes-256-gcm', closing, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(-16))
      try {
        return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return undefined
      }
    },
  }
}
