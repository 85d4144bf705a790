import { describe, expect, test } from 'vitest'
import { requireSource, sourceReach } from './reachable-source.js'

const sources = ['pve.proxmox.com', 'PVE.example.com:8006', 'pbs.proxmox.com:443', '[2001:db8::1]']

describe('requireSource', () => {
  test.each([
    ['https://pve.proxmox.com'],
    ['https://PVE.proxmox.com/pve-docs/api-viewer/'],
    ['https://pve.example.com:8006/'],
    ['https://pbs.proxmox.com:443/docs/api-viewer/apidoc.js'],
    ['https://[2001:db8:0::1]/'],
  ])('%s is allowed', (url) => {
    expect(requireSource(url, sources).protocol).toBe('https:')
  })

  test.each([
    ['http://pve.proxmox.com', 'it is not an https: URL'],
    ['file:///etc/passwd', 'it is not an https: URL'],
    ['pve.proxmox.com', 'it is not an https: URL'],
    ['', 'it is not an https: URL'],
    ['https://root:secret@pve.proxmox.com', 'it holds a login; none is needed'],
    ['https://pve.proxmox.com@evil.example', 'it holds a login; none is needed'],
    ['https://pve.proxmox.com:8443', 'pve.proxmox.com:8443 is none'],
    ['https://pve.example.com', 'pve.example.com is none'],
    ['https://pve.proxmox.com.evil.example', 'pve.proxmox.com.evil.example is none'],
    ['https://pve.proxmox.com./', 'pve.proxmox.com. is none'],
    ['https://evil.example/pve.proxmox.com', 'evil.example is none'],
    ['https://0x7f.1/', '127.0.0.1 is none'],
  ])('%s is refused', (url, message) => {
    expect(() => requireSource(url, sources)).toThrow(`from this source: ${message}`)
  })
})

describe('sourceReach', () => {
  const reach = sourceReach({})

  test.each([['1.1.1.1'], ['185.219.221.167'], ['2606:4700::1111'], ['2a01:7e0:0:424::249']])(
    '%s is public',
    (address) => {
      expect(() => reach.requireAllowed(address)).not.toThrow()
    },
  )

  test.each([
    ['this host', '0.0.0.0'],
    ['this host', '::'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.8.8.8'],
    ['loopback', '::1'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['unique local', 'fd00::1'],
    ['link-local', '169.254.169.254'],
    ['link-local', 'fe80::1'],
    ['link-local', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['shared by providers', '100.64.0.1'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['for documentation', '192.0.2.1'],
    ['for documentation', '2001:db8::1'],
    ['for measurements', '198.18.0.1'],
    ['protocol assignments', '192.0.0.170'],
    ['mapped', '::ffff:127.0.0.1'],
    ['mapped', '::ffff:1.1.1.1'],
    ['mapped', '::ffff:7f00:1'],
    ['translated', '::ffff:0:127.0.0.1'],
    ['compatible', '::127.0.0.1'],
    ['NAT64', '64:ff9b::127.0.0.1'],
    ['NAT64', '64:ff9b::808:808'],
    ['NAT64 of a network', '64:ff9b:1::a00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:53aa:64c::1'],
    ['discarded', '100::1'],
    ['nothing', ''],
    ['nothing', 'pve.proxmox.com'],
  ])('%s: %s is not', (_, address) => {
    expect(() => reach.requireAllowed(address)).toThrow(
      `it is at ${address}, which is not a public address`,
    )
  })

  test('networks that were named are reached, and nothing beside them', () => {
    const named = sourceReach({ networks: ['10.1.0.0/16', 'fd00:1::/32'] })
    for (const address of ['10.1.2.3', 'fd00:1::2', '1.1.1.1']) named.requireAllowed(address)
    for (const address of ['10.2.0.1', 'fd00:2::1', '::ffff:10.1.2.3', '127.0.0.1']) {
      expect(() => named.requireAllowed(address)).toThrow('not a public address')
    }
    expect(() => sourceReach({ networks: ['10.1.0.0'] })).toThrow(
      "'10.1.0.0' is no network: give one such as 10.1.0.0/16",
    )
  })
})
