import { describe, expect, test } from 'vitest'
import { manualClock, type ManualClock } from '../../engine/clock.js'
import { ConfigTree } from '../../engine/config-tree.js'
import type { KeyStore } from './ticket-keys.js'
import { Tickets } from './tickets.js'

const minute = 60_000

const hour = 60 * minute

function emptyStore(): KeyStore {
  return { config: new ConfigTree(), keyTimes: new Map() }
}

function open(store = emptyStore()): { tickets: Tickets; clock: ManualClock; store: KeyStore } {
  const clock = manualClock({ start: Date.UTC(2026, 0, 1) })
  return { tickets: new Tickets(store, clock), clock, store }
}

describe('a ticket', () => {
  test('carries the user, the time in hex and a signature', async () => {
    const { tickets } = open()
    const ticket = await tickets.issue('joe@pve')
    expect(ticket).toMatch(/^PVE:joe@pve:6955B900::[A-Za-z0-9+/]{342}==$/)
    expect(await tickets.verify(ticket)).toBe('joe@pve')
  })

  test('is good for two hours, and for clocks that are less than five minutes behind', async () => {
    const { tickets, clock, store } = open()
    const ticket = await tickets.issue('joe@pve')
    await clock.advance(120 * minute - 1000)
    expect(await tickets.verify(ticket)).toBe('joe@pve')
    await clock.advance(1000)
    expect(await tickets.verify(ticket)).toBeUndefined()

    const behind = new Tickets(
      store,
      manualClock({ start: Date.UTC(2026, 0, 1) - 5 * minute + 1000 }),
    )
    expect(await behind.verify(ticket)).toBe('joe@pve')
    const farBehind = new Tickets(store, manualClock({ start: Date.UTC(2026, 0, 1) - 5 * minute }))
    expect(await farBehind.verify(ticket)).toBeUndefined()
  })

  test('cannot be altered', async () => {
    const { tickets } = open()
    const ticket = await tickets.issue('joe@pve')
    for (const altered of [
      ticket.replace('joe@pve', 'root@pam'),
      ticket.replace('6955B900', '6955B901'),
      `${ticket.slice(0, -4)}AA==`,
      'garbage',
      '',
    ]) {
      expect(await tickets.verify(altered), altered).toBeUndefined()
    }
  })

  test('is accepted by whoever has the same key, and by nobody else', async () => {
    const first = open()
    const ticket = await first.tickets.issue('joe@pve')
    expect(await open(first.store).tickets.verify(ticket)).toBe('joe@pve')
    expect(await open().tickets.verify(ticket)).toBeUndefined()
  })

  test('keeps a colon in its data', async () => {
    const { tickets } = open()
    const ticket = await tickets.issue('a:b@pve')
    expect(ticket).toContain('PVE:a%3Ab@pve:')
    expect(await tickets.verify(ticket)).toBe('a:b@pve')
  })
})

test('a ticket with a challenge is good for one user and for nothing else', async () => {
  const { tickets } = open()
  const ticket = await tickets.issueChallenge('{"totp":true}', 'joe@pve')
  expect(ticket).toMatch(/^PVE:!tfa!\{"totp"%3Atrue\}:6955B900::/)
  expect(await tickets.verifyChallenge(ticket, 'joe@pve')).toBe('{"totp":true}')
  expect(await tickets.verifyChallenge(ticket, 'ann@pve')).toBeUndefined()
  expect(await tickets.verify(ticket)).toBeUndefined()
  expect(await tickets.verifyChallenge(await tickets.issue('joe@pve'), 'joe@pve')).toBeUndefined()
})

describe('the key', () => {
  test('is replaced after a day, and what the previous one signed stays good', async () => {
    const { tickets, clock, store } = open()
    await tickets.issue('joe@pve')
    const first = store.config.read('authkey.pub')
    await clock.advance(24 * hour - 30 * minute)
    const before = await tickets.issue('joe@pve')
    expect(store.config.read('authkey.pub')).toBe(first)
    await clock.advance(30 * minute)
    const after = await tickets.issue('joe@pve')
    expect(store.config.read('authkey.pub')).not.toBe(first)
    expect(store.config.read('authkey.pub.old')).toBe(first)
    expect(await tickets.verify(before)).toBe('joe@pve')
    expect(await tickets.verify(after)).toBe('joe@pve')
    await clock.advance(90 * minute)
    expect(await tickets.verify(before)).toBeUndefined()
    expect(await tickets.verify(after)).toBe('joe@pve')
  })

  test('need not be replaced for its last tickets to stay good', async () => {
    const { tickets, clock } = open()
    await tickets.issue('joe@pve')
    await clock.advance(23 * hour + 50 * minute)
    const ticket = await tickets.issue('joe@pve')
    await clock.advance(20 * minute)
    expect(await tickets.verify(ticket)).toBe('joe@pve')
  })

  test('is replaced once, however many ask at the same time', async () => {
    const { tickets, clock } = open()
    await tickets.issue('joe@pve')
    await clock.advance(24 * hour)
    const issued = await Promise.all([tickets.issue('joe@pve'), tickets.issue('ann@pve')])
    expect(await Promise.all(issued.map((ticket) => tickets.verify(ticket)))).toEqual([
      'joe@pve',
      'ann@pve',
    ])
  })

  test('that comes with the files signs on for the rest of its day', async () => {
    const first = open()
    await first.tickets.issue('joe@pve')
    const { tickets, clock, store } = open({ config: first.store.config, keyTimes: new Map() })
    const known = store.config.read('authkey.pub')
    await tickets.issue('joe@pve')
    await clock.advance(22 * hour - minute)
    await tickets.issue('joe@pve')
    expect(store.config.read('authkey.pub')).toBe(known)
    await clock.advance(minute)
    await tickets.issue('joe@pve')
    expect(store.config.read('authkey.pub')).not.toBe(known)
  })
})

test('a key is made once for all clusters that have none, and kept where the product keeps it', async () => {
  const [one, two] = [open(), open()]
  await Promise.all([one.tickets.issue('a@pve'), two.tickets.issue('b@pve')])
  expect(one.store.config.read('authkey.pub')).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
  expect(one.store.config.read('priv/authkey.key')).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
  expect(two.store.config.read('authkey.pub')).toBe(one.store.config.read('authkey.pub'))
})

describe('a CSRF token', () => {
  test('belongs to one user and grows old with the tickets', async () => {
    const { tickets, clock } = open()
    const token = tickets.csrfToken('joe@pve')
    expect(token).toMatch(/^6955B900:[A-Za-z0-9+/]{43}$/)
    expect(tickets.isCsrfToken(token, 'joe@pve')).toBe(true)
    expect(tickets.isCsrfToken(token, 'root@pam')).toBe(false)
    expect(tickets.isCsrfToken('6955B900:abc', 'joe@pve')).toBe(false)
    expect(tickets.isCsrfToken('', 'joe@pve')).toBe(false)
    await clock.advance(120 * minute)
    expect(tickets.isCsrfToken(token, 'joe@pve')).toBe(false)
  })
})

describe('a console ticket', () => {
  const console = { user: 'joe@pve', path: '/vms/100', port: 5900 }

  test('is good for 40 seconds, one user, path and port', async () => {
    const { tickets, clock } = open()
    const ticket = await tickets.issueForConsole(console)
    expect(ticket).toMatch(/^PVEVNC:6955B900::/)
    expect(await tickets.isConsoleTicket(ticket, console)).toBe(true)
    expect(await tickets.isConsoleTicket(`12345678:${ticket}`, console)).toBe(true)
    expect(await tickets.isConsoleTicket(ticket, { ...console, user: 'root@pam' })).toBe(false)
    expect(await tickets.isConsoleTicket(ticket, { ...console, path: '/vms/101' })).toBe(false)
    expect(await tickets.isConsoleTicket(ticket, { ...console, port: 5901 })).toBe(false)
    await clock.advance(40_000)
    expect(await tickets.isConsoleTicket(ticket, console)).toBe(false)
  })

  test('is no login', async () => {
    const { tickets } = open()
    expect(await tickets.verify(await tickets.issueForConsole(console))).toBeUndefined()
  })
})
