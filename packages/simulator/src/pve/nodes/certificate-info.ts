import { X509Certificate } from 'node:crypto'

/** What the API tells of a certificate. pve-common Certificate.pm: get_certificate_info */
export function certificateInfo(pem: string, filename: string): Record<string, unknown> {
  const certificate = new X509Certificate(pem)
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey
  return {
    filename,
    fingerprint: certificate.fingerprint256,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notbefore: Date.parse(certificate.validFrom) / 1000,
    notafter: Date.parse(certificate.validTo) / 1000,
    san: alternativeNames(certificate.subjectAltName),
    pem: certificate.toString(),
    'public-key-type': keyTypes[type ?? ''] ?? type,
    'public-key-bits': details?.modulusLength ?? 256,
  }
}

/** The names that OpenSSL has for them. */
const keyTypes: Readonly<Record<string, string>> = {
  rsa: 'rsaEncryption',
  ec: 'id-ecPublicKey',
  ed25519: 'ED25519',
}

/** A name as OpenSSL prints it in a line: `/CN=pve`. */
function oneLine(name: string | undefined): string {
  return (name ?? '')
    .split('\n')
    .map((part) => `/${part}`)
    .join('')
}

function alternativeNames(text: string | undefined): string[] {
  return (text ?? '').split(', ').flatMap((part) => {
    const [, kind, name = ''] = /^(DNS|IP Address):(.*)$/.exec(part) ?? []
    if (kind === undefined) return []
    return [kind === 'DNS' ? name : addressText(name)]
  })
}

/** Addresses of version 6 come with all their digits. */
function addressText(address: string): string {
  if (!address.includes(':')) return address
  return address
    .split(':')
    .map((part) => part.toUpperCase().padStart(4, '0'))
    .join(':')
    .toLowerCase()
}
