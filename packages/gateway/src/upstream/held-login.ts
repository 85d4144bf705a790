import type { Clock } from '@proxkit/client'
import { type Shown, SharedWork, shownTicket, shownToken } from '@proxkit/client/server'
import type { TicketPair } from '@proxkit/client'
import type { Product } from '@proxkit/schema'
import { randomUUID, scryptSync } from 'node:crypto'
import { type Seal, sealOf } from './sealed.js'
import type { SharedStore } from './shared-store.js'

/** A login of the gateway's own, with which callers act who bring none. */
export interface HeldLogin {
  shown(): Promise<Shown>
  /** The server has refused this one: the next is another, where there can be another. */
  refused(shown: Shown): Promise<void>
}

/** The login that follows one which was refused; undefined where there is no other. */
export async function renewed(login: HeldLogin, shown: Shown): Promise<Shown | undefined> {
  await login.refused(shown)
  const next = await login.shown()
  return next === shown ? undefined : next
}

export function tokenLogin(token: string, product: Product): HeldLogin {
  const shown = shownToken(token, product)
  return { shown: async () => shown, refused: async () => {} }
}

export interface TicketLoginOptions {
  readonly product: Product
  /** Of the cluster. */
  readonly name: string
  readonly username: string
  readonly password: string
  readonly store: SharedStore
  readonly clock: Clock
  /** Logs in, with the ticket so far where it can be carried on. */
  readonly logIn: (held: TicketPair | undefined, signal: AbortSignal) => Promise<TicketPair>
}

/**
 * A login by password, which all gateways with one store have in common: one of them logs in, the others wait for it. The
 * ticket is kept closed, and only who has the password opens it.
 */
export function ticketLogin(options: TicketLoginOptions): HeldLogin {
  const { product, name, username, password, store, clock, logIn } = options
  const lock = `${name}:login-lock`
  let opened: Seal | undefined
  let held: (IssuedTicket & { readonly shown: Shown }) | undefined
  const logins = new SharedWork(obtain)
  return {
    async shown() {
      if (!held || isOld(held)) await logins.join({ subject: `the login of ${username}` })
      if (!held) throw new Error(`the login of ${username} gave no ticket`)
      return held.shown
    },
    async refused(shown) {
      if (held?.shown !== shown) return
      const { closed } = held
      held = undefined
      await store.remove(key(), closed).catch(() => {})
    },
  }

  /** Made when it is first needed, since it is made slowly: passwords can be guessed. */
  function seal(): Seal {
    return (opened ??= sealOf(scryptSync(password, `proxkit ${name} ${username}`, 32)))
  }

  function key(): string {
    return `${name}:login:${seal().name(username)}`
  }

  async function obtain(signal: AbortSignal): Promise<void> {
    const claim = randomUUID()
    const end = clock.now() + longestLogin
    for (;;) {
      held = (await kept()) ?? held
      if (held && !isOld(held)) return
      // Without a store that answers, each gateway logs in by itself.
      if (await store.claim(lock, claim, longestLogin).catch(() => true)) break
      if (clock.now() >= end) break
      await clock.sleep(200, signal)
    }
    try {
      const issued = clock.now()
      const pair = await logIn(held, signal)
      const closed = seal().close(JSON.stringify({ ...pair, issued }))
      held = { ...pair, issued, closed, shown: shownTicket(pair, product) }
      await store.set(key(), closed, lifetime).catch(() => {})
    } finally {
      await store.remove(lock, claim).catch(() => {})
    }
  }

  async function kept(): Promise<typeof held> {
    const [closed] = await store.get([key()]).catch(() => [])
    const text = closed === undefined ? undefined : seal().open(closed)
    if (closed === undefined || text === undefined) return undefined
    // It was written by `obtain` of a gateway with the same password.
    const ticket: Omit<IssuedTicket, 'closed'> = JSON.parse(text)
    return { ...ticket, closed, shown: shownTicket(ticket, product) }
  }

  function isOld({ issued }: IssuedTicket): boolean {
    const age = clock.now() - issued
    return age >= renewalAge || age < 0
  }
}

interface IssuedTicket extends TicketPair {
  /** Milliseconds since 1970. */
  readonly issued: number
  /** As it is in the store. */
  readonly closed: string
}

/** Milliseconds after which another gateway may try. */
const longestLogin = 30_000
// pve-access-control PVE/AccessControl.pm: $ticket_lifetime is two hours
const renewalAge = 60 * 60_000
const lifetime = 119 * 60_000
