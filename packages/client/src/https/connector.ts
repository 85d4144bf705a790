import { createSecureContext, rootCertificates, TLSSocket } from 'node:tls'
import type { buildConnector } from 'undici'
import createTcpOrTls from 'undici/lib/core/connect.js'

/** Whom to trust, and as whom to appear. Without any of these it is whom Node.js trusts, and the name must match. */
export type TlsOptions = Trust & ClientCertificate

type Trust =
  | {
      /** Certificates (PEM) that are trusted beside those of Node.js, such as the cluster's own CA. */
      readonly ca: Pem | readonly Pem[]
      readonly fingerprint?: never
      readonly verify?: never
    }
  | {
      /** SHA-256 of the one certificate that is accepted, as `pvenode cert info` shows it; one for each host. */
      readonly fingerprint: string | readonly string[]
      readonly ca?: never
      readonly verify?: never
    }
  | {
      /** `false` accepts any certificate, and so anyone who sits between. */
      readonly verify?: boolean
      readonly ca?: never
      readonly fingerprint?: never
    }

interface ClientCertificate {
  /** The client's own certificate (PEM), for a reverse proxy that asks for one; goes with `key`. */
  readonly cert?: Pem
  readonly key?: Pem
  /** Of the key. */
  readonly passphrase?: string
}

type Pem = string | Buffer

/** How the connections of one client are opened; other connections of the process stay as they are. */
export const createConnector = (
  tls: TlsOptions | undefined,
  timeout: number,
): buildConnector.connector => {
  if (!tls) return createTcpOrTls({ timeout })
  const { ca, fingerprint, verify = true, cert, key, passphrase } = tls
  const own = {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase }),
  }
  if (fingerprint !== undefined) return pinned(toPins(fingerprint), { timeout, ...own })
  if (ca === undefined) return createTcpOrTls({ timeout, rejectUnauthorized: verify, ...own })
  const secureContext = createSecureContext({ ca: [...rootCertificates, ...toList(ca)], ...own })
  return createTcpOrTls({ timeout, secureContext })
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

const pinned = (
  expected: readonly string[],
  options: buildConnector.BuildOptions,
): buildConnector.connector => {
  // The fingerprint says more than any signature. Without cached sessions each connection shows its certificate anew.
  const connect = createTcpOrTls({ ...options, rejectUnauthorized: false, maxCachedSessions: 0 })
  return (target, callback) => {
    connect(target, (...result) => {
      const [error, socket] = result
      if (error || !(socket instanceof TLSSocket)) {
        callback(...result)
        return
      }
      const shown = socket.getPeerCertificate().fingerprint256
      if (expected.includes(shown)) {
        callback(null, socket)
        return
      }
      socket.destroy()
      callback(
        new FingerprintMismatch(
          `the certificate's fingerprint is ${shown}, but tls.fingerprint is ${expected.join(' or ')}`,
        ),
        null,
      )
    })
  }
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
