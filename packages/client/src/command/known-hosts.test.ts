import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { distrust, knownTypes } from './host-key.js'
import { parseKnownHosts } from './known-hosts.js'

/** A public key as it is sent: the length and text of its type, and something. */
const keyOf = (type: string, secret: string): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(type + secret)])

const key = keyOf('ssh-ed25519', 'A')
const text = key.toString('base64')
const shown = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

interface Expected {
  readonly host?: string
  readonly port?: number
  readonly fingerprint?: string
}

const reasonFor = (lines: string, expected: Expected = {}): string | undefined =>
  distrust(key, {
    host: 'pve1',
    port: 22,
    knownHosts: parseKnownHosts(lines),
    file: 'known_hosts',
    ...expected,
  })

describe('a host key', () => {
  it.each([
    ['its name', `pve1 ssh-ed25519 ${text} a comment`, {}],
    ['one of several names', `a,PVE1,b ssh-ed25519 ${text}`, {}],
    ['a pattern', `*.lan,pve? ssh-ed25519 ${text}`, {}],
    ['its port', `[pve1]:2222 ssh-ed25519 ${text}`, { port: 2222 }],
    ['an address', `[::1]:2222 ssh-ed25519 ${text}`, { host: '::1', port: 2222 }],
    // ssh-keygen -H of "pve1"
    [
      'a hash of its name',
      `|1|c2FsdHNhbHRzYWx0c2FsdHM=|U3RbrD9u7/m0QeySZnX8Q+yVZa4= ssh-ed25519 ${text}`,
      {},
    ],
    ['a line among others', `# x\n\npve1 ssh-rsa AAAA\npve1 ssh-ed25519 ${text}`, {}],
  ])('is trusted where a line has %s', (_what, lines, expected) => {
    expect(reasonFor(lines, expected)).toBeUndefined()
  })

  it.each([
    ['unknown', '', {}, `the host key of pve1 is not known: if ${shown} (ssh-ed25519) is right`],
    ['known for another port', `pve1 ssh-ed25519 ${text}`, { port: 2222 }, 'is not known'],
    ['known for another name', `pve10 ssh-ed25519 ${text}`, {}, 'is not known'],
    ['excluded', `pve*,!pve1 ssh-ed25519 ${text}`, {}, 'is not known'],
    ['of a certificate authority', `@cert-authority pve1 ssh-ed25519 ${text}`, {}, 'is not known'],
    ['another one', `pve1 ssh-ed25519 AAAA`, {}, 'none of those that known_hosts has for it'],
    ['revoked', `pve1 ssh-ed25519 ${text}\n@revoked * ssh-ed25519 ${text}`, {}, 'is revoked'],
  ])('is refused where it is %s', (_what, lines, expected, reason) => {
    expect(reasonFor(lines, expected)).toContain(reason)
  })

  it('may be given by its fingerprint', () => {
    expect(reasonFor('', { fingerprint: shown })).toBeUndefined()
    expect(reasonFor('', { fingerprint: `${shown}=` })).toBeUndefined()
    const other = `SHA256:${'A'.repeat(43)}`
    expect(reasonFor(`pve1 ssh-ed25519 ${text}`, { fingerprint: other })).toBe(
      `the host key of pve1 is ${shown} (ssh-ed25519), but hostKey is ${other}`,
    )
  })

  it('is asked for in the types that are known', () => {
    const knownHosts = parseKnownHosts('pve1 ssh-rsa AAAA\nother ssh-ed25519 AAAA\npve1 ssh-rsa BB')
    expect(knownTypes({ host: 'pve1', port: 22, knownHosts, file: '' })).toEqual(['ssh-rsa'])
  })
})
