import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

/** Key and self-signed certificate, PEM text. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** Makes a certificate for the loopback names and `host`, good for a year. */
export async function createCertificate(host?: string): Promise<Certificate> {
  // Loaded only here: plain HTTP and in-process use do not pay for it.
  const { selfSigned } = await import('./self-signed.js')
  const hostNames = new Set(['localhost'])
  const addresses = new Set(['127.0.0.1', '::1'])
  // The zone of `fe80::1%eth0` is known on this machine only.
  if (host && isIP(host)) addresses.add(host.replace(/%.*/, ''))
  else if (host) hostNames.add(host)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = Date.now()
  const der = selfSigned({
    publicKey,
    privateKey,
    commonName: 'proxkit simulator',
    hostNames: [...hostNames],
    addresses: [...addresses],
    from: new Date(now),
    to: new Date(now + year),
  })
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: new X509Certificate(der).toString(),
  }
}

const year = 365 * 24 * 60 * 60 * 1000
