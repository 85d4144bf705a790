import { isIP, connect as connectTcp, type Socket } from 'node:net'
import {
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import type { buildConnector } from 'undici'
import type { Pem, TlsOptions } from './tls-options.js'

/**
 * Opens the connections to one host; other connections of the process stay as they are. Gives none that has not proven
 * itself.
 */
export const createConnector = (
  tls: TlsOptions | undefined,
  timeout: number,
): buildConnector.connector => {
  const { ca, fingerprint, verify = true, cert, key, passphrase } = tls ?? {}
  const pins = fingerprint === undefined ? undefined : toPins(fingerprint)
  const newContext = (): SecureContext =>
    createSecureContext({
      ...(ca !== undefined && { ca: [...toList(ca)] }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(passphrase !== undefined && { passphrase }),
    })
  // Made once, as every connection would read the certificates anew; those that were given are judged at once.
  let secureContext = (ca ?? cert) === undefined ? undefined : newContext()
  let session: Buffer | undefined
  return ({ protocol, hostname, port, httpSocket }, callback) => {
    if (protocol !== 'https:') {
      const socket = connectTcp({ host: hostname, port: Number(port) || 80 })
      settle(socket, 'connect', { timeout, callback })
      return
    }
    secureContext ??= newContext()
    const socket = connectTls({
      host: hostname,
      port: Number(port) || 443,
      ALPNProtocols: ['http/1.1'],
      // The fingerprint says more than any signature.
      rejectUnauthorized: verify && !pins,
      ...(isIP(hostname) === 0 && { servername: hostname }),
      ...(httpSocket && { socket: httpSocket }),
      secureContext,
      ...(session && { session }),
    })
    // The products close most connections after one call, and a new agreement costs both sides more than that.
    socket.on('session', (fresh: Buffer) => {
      // Told after `secureConnect`, where the connection to a wrong server was destroyed.
      if (!socket.destroyed) session = fresh
    })
    const check = pins && (() => mismatchOf(socket, pins))
    settle(socket, 'secureConnect', { timeout, callback, ...(check && { check }) })
  }
}

interface Settling {
  readonly timeout: number
  readonly callback: buildConnector.Callback
  /** What is wrong with a connection that stands. */
  readonly check?: () => Error | undefined
}

const settle = (socket: Socket, ready: string, { timeout, callback, check }: Settling): void => {
  const fail = (error: Error): void => {
    clearTimeout(timer)
    socket.destroy()
    callback(error, null)
  }
  const timer = setTimeout(() => {
    socket.destroy(new NoConnection(`no connection within ${timeout} ms`))
  }, timeout)
  socket.setNoDelay(true).setKeepAlive(true, 60_000)
  socket.once('error', fail).once(ready, () => {
    clearTimeout(timer)
    socket.off('error', fail)
    const wrong = check?.()
    if (!wrong) {
      callback(null, socket)
      return
    }
    socket.destroy()
    callback(wrong, null)
  })
}

/** No connection stood in time. */
export class NoConnection extends Error {
  readonly code = 'ETIMEDOUT'
}

const toList = (ca: Pem | readonly Pem[]): readonly Pem[] => {
  const list = typeof ca === 'string' || Buffer.isBuffer(ca) ? [ca] : ca
  // Node.js would trust nobody more, and not say why.
  if (list.length > 0 && list.every((pem) => pem.includes('-----BEGIN CERTIFICATE-----')))
    return list
  throw new TypeError(
    'tls.ca holds no certificate in PEM form; give the text of the file, not its path',
  )
}

/** The server showed another certificate than the pinned one. */
class FingerprintMismatch extends Error {
  readonly code = 'ERR_TLS_FINGERPRINT'
}

const mismatchOf = (socket: TLSSocket, expected: readonly string[]): Error | undefined => {
  // No certificate is shown: the server knows what was agreed on over a connection on which it showed its own.
  if (socket.isSessionReused()) return undefined
  const shown = socket.getPeerX509Certificate()?.fingerprint256 ?? 'none'
  if (expected.includes(shown)) return undefined
  return new FingerprintMismatch(
    `the certificate's fingerprint is ${shown}, but tls.fingerprint is ${expected.join(' or ')}`,
  )
}

const toPins = (fingerprint: string | readonly string[]): readonly string[] =>
  (typeof fingerprint === 'string' ? [fingerprint] : fingerprint).map(requireFingerprint)

/** Brings `aa:bb…` or `aabb…` into the form that Node.js gives. */
const requireFingerprint = (text: string): string => {
  const digits = text.replaceAll(':', '').toUpperCase()
  if (/^[0-9A-F]{64}$/.test(digits)) return digits.replaceAll(/(..)(?!$)/g, '$1:')
  throw new TypeError(
    `tls.fingerprint '${text}' is not a SHA-256 fingerprint: 32 bytes in hexadecimal, such as AA:BB:…`,
  )
}
