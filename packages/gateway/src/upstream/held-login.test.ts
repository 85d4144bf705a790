import { expect, test } from 'vitest'
import { handClock } from '../../test/hand-clock.js'
import { ticketLogin } from './held-login.js'
import { memoryStore, type SharedStore } from './shared-store.js'

const clock = handClock()

function gateways(store: SharedStore, count: number) {
  const logins: (string | undefined)[] = []
  const logIn = async (held: { readonly ticket: string } | undefined) => {
    logins.push(held?.ticket)
    await Promise.resolve()
    return { ticket: `PVE:root@pam:${logins.length}`, csrfToken: 'c' }
  }
  const options = { product: 'pve', name: 'lab', username: 'root@pam', store, clock } as const
  const each = Array.from({ length: count }, () =>
    ticketLogin({ ...options, password: 'geheim', logIn }),
  )
  return { logins, each }
}

const soon = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
}

test('gateways with one store log in once, and each caller is shown with that', async () => {
  const { logins, each } = gateways(memoryStore(clock), 2)
  const shown = Promise.all(each.flatMap((login) => [login.shown(), login.shown()]))
  await soon()
  clock.advance(200)
  expect((await shown).map(({ fields }) => fields['cookie'])).toEqual(
    Array.from({ length: 4 }, () => 'PVEAuthCookie=PVE:root@pam:1'),
  )
  expect(logins).toEqual([undefined])
})

test('a ticket of an hour is carried on; one that is refused is followed by another', async () => {
  const { logins, each } = gateways(memoryStore(clock), 2)
  const [one, other] = each
  const first = await one?.shown()
  clock.advance(60 * 60_000)
  await one?.shown()
  expect(logins).toEqual([undefined, 'PVE:root@pam:1'])
  const second = await other?.shown()
  expect(second?.fields['cookie']).toBe('PVEAuthCookie=PVE:root@pam:2')
  if (!first || !second) return
  await other?.refused(second)
  await other?.refused(first)
  expect((await other?.shown())?.fields['cookie']).toBe('PVEAuthCookie=PVE:root@pam:3')
  expect(logins).toHaveLength(3)
})

test('nobody reads the ticket in the store who has not the password', async () => {
  const written: string[] = []
  const memory = memoryStore(clock)
  const store: SharedStore = {
    ...memory,
    async set(key, value, milliseconds) {
      written.push(key, value)
      await memory.set(key, value, milliseconds)
    },
  }
  await gateways(store, 1).each[0]?.shown()
  expect(written).toHaveLength(2)
  expect(written.join(' ')).not.toMatch(/PVE:|root|geheim/)
  const { logins } = gateways(store, 0)
  const stranger = ticketLogin({
    product: 'pve',
    name: 'lab',
    username: 'root@pam',
    password: 'wrong',
    store,
    clock,
    logIn: async () => Promise.reject(new Error('authentication failure')),
  })
  await expect(stranger.shown()).rejects.toThrow('authentication failure')
  expect(logins).toEqual([])
})
