import type { Product } from '@proxkit/schema'
import { isEtcPve, type EtcPve } from '../etc-pve/etc-pve.js'
import type { ClusterSnapshot } from '../pve/state.js'
import { buildPbsSeed } from '../pbs/build-pbs-seed.js'
import { buildSeed, type BuildSeedOptions } from './build-seed.js'
import { checkSeedForm } from './check-seed.js'
import { SeedError } from './seed-error.js'
import type { Seed } from './seed.js'

type SeedChoice = 'lab' | 'single' | Seed | EtcPve

/** Makes the state of a product of a seed. Throws `SeedError` when the seed makes no sense for it. */
export function buildProductSeed(
  product: Product,
  given: SeedChoice,
  options: BuildSeedOptions,
): ClusterSnapshot {
  if (product === 'pve') {
    if (typeof given !== 'string' && !isEtcPve(given)) refuseDatastores(given)
    return buildSeed(given, options)
  }
  if (isEtcPve(given)) throw new SeedError('etcPve', `${product} has none`)
  const seed = hostSeed(product, given)
  // Passwords and the machine are as everywhere.
  const users = Object.fromEntries(
    Object.entries(seed.users ?? {}).map(([userid, { password }]) => [
      userid,
      { ...(password !== undefined && { password }) },
    ]),
  )
  const snapshot = buildSeed({ nodes: seed.nodes, users }, options)
  const host = { ...snapshot, config: { ...seed.files }, guests: {}, backings: [] }
  return product === 'pbs' ? buildPbsSeed(host, { seed, now: options.now }) : host
}

/** A single machine, with what there is on it. */
function hostSeed(product: Exclude<Product, 'pve'>, given: Exclude<SeedChoice, EtcPve>): Seed {
  if (typeof given === 'string') {
    const nodes = { [product]: { ip: '192.0.2.20', cpus: 4, memory: '16G' } }
    if (given === 'single' || product !== 'pbs') return { nodes }
    return { nodes, datastores: { store1: { snapshots: labSnapshots } } }
  }
  const seed = checkSeedForm(given)
  const [, second] = Object.keys(seed.nodes)
  if (second !== undefined) throw new SeedError(`nodes.${second}`, `${product} has one node`)
  const foreign = unknownTo(product).find((name) => seed[name] !== undefined)
  if (foreign !== undefined) throw new SeedError(foreign, `${product} has none`)
  return seed
}

function refuseDatastores(seed: Seed): void {
  if (seed.datastores !== undefined) throw new SeedError('datastores', 'pve has none')
}

function unknownTo(product: Exclude<Product, 'pve'>): (keyof Seed)[] {
  const common = ['cluster', 'storage', 'guests', 'groups', 'roles', 'pools'] as const
  return product === 'pbs' ? [...common] : [...common, 'datastores']
}

const labSnapshots = [
  { group: 'vm/100', time: '2026-01-01T02:00:00Z', size: 34_359_738_368 },
  { group: 'vm/100', time: '2026-01-02T02:00:00Z', size: 34_359_738_368 },
  {
    group: 'vm/100',
    time: '2026-01-03T02:00:00Z',
    size: 34_359_738_368,
    comment: 'before upgrade',
  },
  { group: 'ct/201', time: '2026-01-02T02:30:00Z', size: 4_294_967_296 },
  { group: 'host/files', time: '2026-01-03T03:00:00Z', size: 1_073_741_824 },
  { ns: 'site-b', group: 'vm/300', time: '2026-01-03T04:00:00Z', size: 8_589_934_592 },
]
