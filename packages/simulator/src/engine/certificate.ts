/** Key and self-signed certificate, PEM text. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** Makes a certificate for the loopback names and `host`, good for a year. */
export async function createCertificate(host?: string): Promise<Certificate> {
  // Loaded only here: plain HTTP and in-process use do not pay for it.
  const { default: selfsigned } = await import('selfsigned')
  const names = new Set(['localhost', '127.0.0.1', '::1'])
  if (host) names.add(host)
  const year = 365 * 24 * 60 * 60 * 1000
  const pem = await selfsigned.generate([{ name: 'commonName', value: 'proxkit simulator' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + year),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [...names].map((name) =>
          /^[\d.]+$|:/.test(name) ? { type: 7, ip: name } : { type: 2, value: name },
        ),
      },
    ],
  })
  return { key: pem.private, cert: pem.cert }
}
