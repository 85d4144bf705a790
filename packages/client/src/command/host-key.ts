import { createHash, timingSafeEqual } from 'node:crypto'
import { type KnownHost, linesFor } from './known-hosts.js'

export interface ExpectedKey {
  readonly host: string
  readonly port: number
  /** `SHA256:…`, as `ssh-keygen -lf` prints it. */
  readonly fingerprint?: string | undefined
  readonly knownHosts: readonly KnownHost[]
  /** Where the known hosts were read, for the error. */
  readonly file: string
}

/** Why a server's key is not to be trusted; undefined where it is. */
export const distrust = (key: Buffer, expected: ExpectedKey): string | undefined => {
  const { host, fingerprint, knownHosts, file } = expected
  const shown = fingerprintOf(key)
  const type = typeOf(key)
  if (fingerprint !== undefined) {
    if (isSame(shown, fingerprint)) return undefined
    return `the host key of ${host} is ${shown} (${type}), but hostKey is ${fingerprint}`
  }
  const lines = linesFor(knownHosts, expected)
  const same = lines.filter((line) => line.key === key.toString('base64'))
  if (same.some(({ isRevoked }) => isRevoked))
    return `the host key of ${host} is revoked in ${file}`
  if (same.length > 0) return undefined
  if (lines.length > 0) {
    return `the host key of ${host} is ${shown} (${type}), which is none of those that ${file} has for it: someone may sit between`
  }
  return `the host key of ${host} is not known: if ${shown} (${type}) is right, give it as hostKey, or add the host to ${file}`
}

/** The types of key that are known for a host, so that the server shows one of these. */
export const knownTypes = (expected: ExpectedKey): string[] => {
  const lines = linesFor(expected.knownHosts, expected).filter(({ isRevoked }) => !isRevoked)
  return [...new Set(lines.map(({ type }) => type))]
}

const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/** A key begins with the length and the text of its type. */
const typeOf = (key: Buffer): string => key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')

const isSame = (shown: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(shown), Buffer.from(expected.replace(/=+$/, ''))]
  return a.length === b.length && timingSafeEqual(a, b)
}
