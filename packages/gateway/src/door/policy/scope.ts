import type { Policy } from '../access.js'
import type { Call, Denial } from './call.js'
import { isInScope, type Guests } from './guests.js'
import { type Named, namedBy } from './named.js'

/** Refuses what is about other nodes or guests than those of the policy, or about none in particular. */
export async function outOfScope(policy: Policy, call: Call): Promise<Denial | undefined> {
  const { nodes, guests } = policy
  if (!nodes && !guests) return undefined
  const key = `${call.verb} ${call.method.path}`
  if (harmless.has(key)) return undefined
  const named = namedBy(call)
  return (
    (nodes && (await outsideNodes(nodes, { call, named }))) ??
    (guests && (await outsideGuests(policy, { call, named })))
  )
}

/** They tell of nothing but the API and free numbers. */
const harmless: ReadonlySet<string> = new Set(['GET /version', 'GET /cluster/nextid'])

interface Facts {
  readonly call: Call
  readonly named: Named
}

async function outsideNodes(
  nodes: readonly string[],
  { call, named }: Facts,
): Promise<Denial | undefined> {
  const deny = (reason: string): Denial => ({
    rule: 'nodes',
    detail: `${reason}; the policy is for ${list('node', nodes)}`,
  })
  const other = named.nodes.find((node) => !nodes.includes(node))
  if (other !== undefined) return deny(`node '${other}' is not one of its nodes`)
  const known = named.guests.length > 0 ? await call.guests() : undefined
  const away = named.guests.find((vmid) => {
    const node = known?.get(vmid)?.node
    return node !== undefined && !nodes.includes(node)
  })
  if (away !== undefined) return deny(`guest ${away} is on another node`)
  const { path } = call.method
  const isAbout = path.startsWith('/nodes/{node}') || (ofGuests.test(path) && names(named) > 0)
  return isAbout || isFiltered(call, nodeFields) ? undefined : deny(unscoped(call))
}

async function outsideGuests(
  { guests: scope = { pools: [], tags: [] } }: Policy,
  { call, named }: Facts,
): Promise<Denial | undefined> {
  const { pools, tags } = scope
  const whose = [pools.length > 0 && list('pool', pools), tags.length > 0 && list('tag', tags)]
  const deny = (reason: string): Denial => ({
    rule: 'guests',
    detail: `${reason}; the policy is for guests of ${whose.filter(Boolean).join(' and ')}`,
  })
  const pool = named.pools.find((name) => !pools.includes(name))
  if (pool !== undefined) return deny(`pool '${pool}' is not one of its pools`)
  if (named.guests.length + named.created.length > 0) {
    const known = await call.guests()
    const other = named.guests.find((vmid) => !isInScope(known.get(vmid), scope))
    if (other !== undefined) return deny(`guest ${other} is not one of its guests`)
    const made = named.created.find(
      (vmid) => !mayCreate(vmid, { known, call, named, policy: scope }),
    )
    if (made !== undefined) {
      return deny(
        `guest ${made} would not be one of its guests: create it with pool or tags of these`,
      )
    }
  }
  const all = call.parameters['all']
  if (all !== undefined && all !== 0 && all !== '0' && all !== false) {
    return deny("'all' is about every guest")
  }
  if (ofGuests.test(call.method.path) && names(named) > 0) return undefined
  return isFiltered(call, guestFields) ? undefined : deny(unscoped(call))
}

/** A guest that is there has to be of the scope; a new one has to come into it, and a clone has the tags of its origin. */
function mayCreate(
  vmid: string,
  { known, call, named, policy }: Facts & { readonly known: Guests; readonly policy: Scope },
): boolean {
  const there = known.get(vmid)
  if (there) return isInScope(there, policy)
  if (named.pools.length > 0) return true
  const { tags = '' } = call.parameters
  const given = typeof tags === 'string' ? tags.split(/[;,\s]+/) : []
  const inherited = named.guests.flatMap((origin) => known.get(origin)?.tags ?? [])
  const own = call.method.path.endsWith('/clone') ? inherited : given
  return own.some((tag) => policy.tags.includes(tag))
}

type Scope = NonNullable<Policy['guests']>

const names = ({ guests, created, pools }: Named): number =>
  guests.length + created.length + pools.length

/** Calls that are about the guests and pools that they name, and nothing else. */
const ofGuests =
  /^\/nodes\/\{node\}\/(?:(?:qemu|lxc)(?:$|\/\{vmid\})|vzdump$|(?:start|stop|suspend|migrate)all$|tasks\/\{upid\}|storage\/\{storage\}\/content)|^\/cluster\/(?:bulk-action\/guest\/|ha\/resources|replication)|^\/pools/

/** Whether a call asks for a list whose entries tell what they are about. */
function isFiltered({ verb, method: { returns } }: Call, fields: ReadonlySet<string>): boolean {
  if (verb !== 'GET' || returns.type !== 'array') return false
  const known = Object.keys(returns.items?.properties ?? {})
  return known.length === 0 || known.some((field) => fields.has(field))
}

const nodeFields: ReadonlySet<string> = new Set(['node'])
const guestFields: ReadonlySet<string> = new Set(['vmid', 'pool', 'poolid', 'upid'])

const unscoped = ({ verb, path }: Call): string =>
  `${verb} ${path} is about none of them, and the policy does not name it under 'unscoped'`

const list = (what: string, names: readonly string[]): string =>
  `${what}${names.length === 1 ? '' : 's'} ${names.join(', ')}`
