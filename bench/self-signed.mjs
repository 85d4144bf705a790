import { generate } from 'selfsigned'

/** A key and a certificate for a server on the loopback address. */
export async function selfSigned() {
  const names = [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }]
  const pems = await generate([{ name: 'commonName', value: 'bench' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: names,
  })
  return { key: pems.private, cert: pems.cert }
}
