import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto'
import { verifyCrypt } from './verify-crypt.js'

/** Work factor: a few milliseconds, off the event loop. Simulated secrets deserve no more. */
const cost = 4096
/** Seeds hash on the event loop, at every start. */
const seedCost = 16
const keyLength = 32

const crypt =
  /^(?:\$5\$(?:rounds=\d+\$)?[^$]+\$[./\dA-Za-z]{43}|\$6\$(?:rounds=\d+\$)?[^$]+\$[./\dA-Za-z]{86})$/

/** Hashes a password as `scrypt$N$salt$hash`, salt and hash in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return format(cost, salt, await derive(password, salt, cost))
}

/** Like `hashPassword`, but at once and cheaply: for the passwords that a seed brings. */
export function hashPasswordSync(password: string): string {
  const salt = randomBytes(16)
  return format(seedCost, salt, scryptSync(password, salt, keyLength, { N: seedCost }))
}

/**
 * Whether the password is the one that was hashed, here or by the product itself (SHA-256 and SHA-512 crypt); `false`
 * for a hash of another kind.
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  if (crypt.test(hash)) return verifyCrypt(password, hash)
  const [scheme, factor, salt, expected] = hash.split('$')
  if (scheme !== 'scrypt' || !salt || !expected) return false
  const wanted = Buffer.from(expected, 'base64')
  const derived = await derive(password, Buffer.from(salt, 'base64'), Number(factor))
  return wanted.length === derived.length && timingSafeEqual(wanted, derived)
}

function derive(password: string, salt: Buffer, N: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyLength, { N }, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

function format(N: number, salt: Buffer, key: Buffer): string {
  return `scrypt$${N}$${salt.toString('base64')}$${key.toString('base64')}`
}
