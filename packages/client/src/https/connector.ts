import { createSecureContext, rootCertificates, TLSSocket } from 'node:tls'
import { buildConnector } from 'undici'

/** Whom to trust. Without any of these it is whom Node.js trusts, and the name must match. */
export type TlsOptions =
  | {
      /** Certificates (PEM) that are trusted beside those of Node.js, such as the cluster's own CA. */
      readonly ca: string | Buffer | readonly (string | Buffer)[]
    }
  | {
      /** SHA-256 of the one certificate that is accepted, as `pvenode cert info` shows it. */
      readonly fingerprint: string
    }
  | {
      /** `false` accepts any certificate, and so anyone who sits between. */
      readonly verify: boolean
    }

/** How the connections of one client are opened; other connections of the process stay as they are. */
export const createConnector = (
  tls: TlsOptions | undefined,
  timeout: number,
): buildConnector.connector => {
  if (!tls) return buildConnector({ timeout })
  if ('fingerprint' in tls) return pinned(tls.fingerprint, timeout)
  if ('ca' in tls) {
    const secureContext = createSecureContext({ ca: [...rootCertificates, ...toList(tls.ca)] })
    return buildConnector({ timeout, secureContext })
  }
  return buildConnector({ timeout, rejectUnauthorized: tls.verify })
}

const toList = (
  ca: string | Buffer | readonly (string | Buffer)[],
): readonly (string | Buffer)[] => {
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

const pinned = (fingerprint: string, timeout: number): buildConnector.connector => {
  const expected = requireFingerprint(fingerprint)
  // The fingerprint says more than any signature. Without cached sessions each connection shows its certificate anew.
  const connect = buildConnector({ timeout, rejectUnauthorized: false, maxCachedSessions: 0 })
  return (options, callback) => {
    connect(options, (...result) => {
      const [error, socket] = result
      if (error || !(socket instanceof TLSSocket)) {
        callback(...result)
        return
      }
      const shown = socket.getPeerCertificate().fingerprint256
      if (shown === expected) {
        callback(null, socket)
        return
      }
      socket.destroy()
      callback(
        new FingerprintMismatch(
          `the certificate's fingerprint is ${shown}, but tls.fingerprint is ${expected}`,
        ),
        null,
      )
    })
  }
}

/** Brings `aa:bb…` or `aabb…` into the form that Node.js gives. */
const requireFingerprint = (text: string): string => {
  const digits = text.replaceAll(':', '').toUpperCase()
  if (/^[0-9A-F]{64}$/.test(digits)) return digits.replaceAll(/(..)(?!$)/g, '$1:')
  throw new TypeError(
    `tls.fingerprint '${text}' is not a SHA-256 fingerprint: 32 bytes in hexadecimal, such as AA:BB:…`,
  )
}
