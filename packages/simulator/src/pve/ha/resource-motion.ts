import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'
import { formatSid, resources, rules } from './ha-files.js'
import { ruleFaults } from './rule-faults.js'

/** Why a resource cannot go to a node. */
export interface MotionBlocker {
  readonly sid: string
  readonly cause: 'resource-affinity'
}

/** What else moves when a resource does, and what keeps it from nodes. */
export interface ResourceMotion {
  readonly dependent: readonly string[]
  readonly blocking: ReadonlyMap<string, readonly MotionBlocker[]>
}

/** What the rules of high availability say of moving a managed resource. HA/Config.pm: get_resource_motion_info */
export function resourceMotion(cluster: Cluster, sid: string): ResourceMotion {
  const managed = new Map(
    [...resources.sections(cluster.config).values()]
      .filter(({ options }) => options.state !== 'ignored')
      .map((section) => [formatSid(section), cluster.guests.get(Number(section.id))?.node]),
  )
  const { together, separate } = affinityOf(cluster, sid)
  const dependent = [...together].filter((other) => managed.has(other)).toSorted()
  const blocking = new Map<string, MotionBlocker[]>()
  for (const other of [...separate].toSorted()) {
    const node = managed.get(other)
    if (node === undefined || !cluster.isOnline(node)) continue
    blocking.set(node, [...(blocking.get(node) ?? []), { sid: other, cause: 'resource-affinity' }])
  }
  return { dependent, blocking }
}

/** HA/Rules/ResourceAffinity.pm: plugin_compile, get_affinitive_resources */
function affinityOf(
  cluster: Cluster,
  sid: string,
): { together: ReadonlySet<string>; separate: ReadonlySet<string> } {
  const all = rules.sections(cluster.config)
  const faults = ruleFaults(all, cluster)
  const effective = [...all.values()].filter(
    ({ id, type, options }) =>
      type === 'resource-affinity' && !isTrue(options.disable) && !faults.has(id),
  )
  const groups = (affinity: string): string[][] =>
    effective
      .filter(({ options }) => options.affinity === affinity)
      .map(({ options }) => splitList(options.resources ?? ''))
  const positive = groups('positive')
  const own = connected(sid, positive)
  const separate = new Set<string>()
  for (const group of groups('negative')) {
    // Whoever has to be with one of a group has to be away from the others of it.
    const held = group.filter((member) => own.has(member))
    if (held.length === 0) continue
    for (const other of group.filter((member) => !own.has(member))) {
      separate.add(other)
      if (held.includes(sid))
        for (const partner of connected(other, positive)) separate.add(partner)
    }
  }
  return { together: new Set([...own].filter((member) => member !== sid)), separate }
}

/** The resource and all that have to be where it is, over as many rules as it takes. */
function connected(sid: string, groups: readonly (readonly string[])[]): ReadonlySet<string> {
  const found = new Set([sid])
  for (let size = 0; size !== found.size;) {
    size = found.size
    for (const group of groups) {
      if (group.some((member) => found.has(member))) for (const member of group) found.add(member)
    }
  }
  return found
}
