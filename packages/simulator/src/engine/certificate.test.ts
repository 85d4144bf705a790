import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCertificate } from './certificate.js'

describe('createCertificate', () => {
  it('signs itself with its own key', async () => {
    const { key, cert } = await createCertificate()
    const certificate = new X509Certificate(cert)
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.checkIssued(certificate)).toBe(true)
    expect(certificate.subject).toBe('CN=proxkit simulator')
    expect(certificate.ca).toBe(true)
  })

  it('may be used by a server, and by no one else', async () => {
    const certificate = new X509Certificate((await createCertificate()).cert)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })

  it('has a number and a key of its own', async () => {
    const [one, other] = [await createCertificate(), await createCertificate()]
    expect(new X509Certificate(one.cert).serialNumber).not.toBe(
      new X509Certificate(other.cert).serialNumber,
    )
    expect(one.key).not.toBe(other.key)
  })

  it('is good for a year from now', async () => {
    const { validFrom, validTo } = new X509Certificate((await createCertificate()).cert)
    expect(Date.parse(validFrom)).toBeLessThan(Date.now())
    expect((Date.parse(validTo) - Date.now()) / 86_400_000).toBeCloseTo(365, 1)
  })

  it.each([
    [undefined, 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1'],
    ['pve1.lab', 'DNS:localhost, DNS:pve1.lab, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1'],
    ['127.0.0.1', 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1'],
    [
      '::ffff:192.0.2.1',
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:0:0:0:0:0:FFFF:C000:201',
    ],
    [
      'fe80:1:2:3:4:5:6:7%eth0',
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:FE80:1:2:3:4:5:6:7',
    ],
    [
      '2001:db8::17',
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:0:17',
    ],
  ])('names the loopback and %s', async (host, names) => {
    expect(new X509Certificate((await createCertificate(host)).cert).subjectAltName).toBe(names)
  })
})
