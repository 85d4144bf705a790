import type { Clock } from '@proxkit/client'
import type { Transport } from '@proxkit/schema'
import type { GuestScope } from '../access.js'

/** Where a guest is, and what it belongs to. */
export interface Guest {
  readonly node: string
  readonly pool: string | undefined
  readonly tags: readonly string[]
}

/** By vmid. */
export type Guests = ReadonlyMap<string, Guest>

export function isInScope(guest: Guest | undefined, { pools, tags }: GuestScope): boolean {
  if (!guest) return false
  const { pool } = guest
  return (
    (pool !== undefined && pools.includes(pool)) || guest.tags.some((tag) => tags.includes(tag))
  )
}

/** The guests of a cluster, asked anew when what is known is older than a second or two. */
export function guestDirectory(transport: Transport, clock: Clock): () => Promise<Guests> {
  let known: { readonly at: number; readonly guests: Promise<Guests> } | undefined
  return () => {
    const now = clock.now()
    if (known && now - known.at >= 0 && now - known.at < lifetime) return known.guests
    const guests = read(transport)
    const asked = { at: now, guests }
    known = asked
    guests.catch(() => {
      if (known === asked) known = undefined
    })
    return guests
  }
}

/** Milliseconds. */
const lifetime = 1000

async function read(transport: Transport): Promise<Guests> {
  const { status, data, message } = await transport.send({
    verb: 'GET',
    path: '/cluster/resources',
    params: { type: 'vm' },
  })
  if (status !== 200 || !Array.isArray(data)) {
    throw new Error(`the guests of the cluster cannot be read: ${status} ${message ?? ''}`)
  }
  const entries: readonly Readonly<Record<string, unknown>>[] = data
  return new Map(
    entries.map(({ vmid, node, pool, tags }) => [
      String(vmid),
      {
        node: String(node),
        pool: typeof pool === 'string' && pool !== '' ? pool : undefined,
        // pve-common PVE/JSONSchema.pm: pve-tag-list
        tags: typeof tags === 'string' ? tags.split(/[;,\s]+/).filter((tag) => tag !== '') : [],
      },
    ]),
  )
}
