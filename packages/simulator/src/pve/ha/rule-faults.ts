import type { Cluster } from '../cluster.js'
import { splitList } from '../config-text.js'
import type { Section } from '../section-config.js'
import { managedNodes } from './manager-status.js'

/**
 * Why rules cannot hold, alone or beside the others; disabled rules are not looked at.
 *
 * pve-ha-manager HA/Rules.pm, HA/Rules/NodeAffinity.pm, HA/Rules/ResourceAffinity.pm: the plugin checks
 */
export function ruleFaults(
  all: ReadonlyMap<string, Section>,
  cluster: Cluster,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  const add = (rules: Iterable<Rule>, text: string): void => {
    for (const { id } of rules) found.set(id, [...(found.get(id) ?? []), text])
  }
  const active = [...all.values()].filter(({ options }) => options.disable === undefined)
  const rules = active.map((section) => ruleOf(section)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const locations = rules.filter(({ type }) => type === 'node-affinity')
  const affinities = rules.filter(({ type }) => type === 'resource-affinity')
  const positive = affinities.filter(({ affinity }) => affinity === 'positive')
  const negative = affinities.filter(({ affinity }) => affinity === 'negative')
  const together = connectedRules(positive)

  for (const rule of locations) {
    const others = locations.filter((other) => other !== rule)
    for (const sid of [...rule.resources].toSorted()) {
      if (!others.some(({ resources }) => resources.has(sid))) continue
      add([rule], `resource '${sid}' is already used in another node affinity rule`)
    }
  }
  add(
    affinities.filter(({ resources }) => resources.size < 2),
    'rule is ineffective as there are less than two resources',
  )
  const available = managedNodes(cluster).length
  add(
    negative.filter(({ resources }) => resources.size > available),
    'rule defines more resources than available nodes',
  )
  for (const { rules: members, resources } of together) {
    for (const rule of negative.filter((one) => shared(one.resources, resources) > 1)) {
      add([rule], 'rule shares two or more resources with a positive resource affinity rule')
      add(members, 'rule shares two or more resources with a negative resource affinity rule')
    }
  }
  for (const rule of affinities) {
    const paired = locations.filter((one) => shared(one.resources, rule.resources) > 0)
    if (!paired.some(({ nodes }) => new Set(nodes.values()).size > 1)) continue
    add(
      paired,
      'resources are in a resource affinity rule and cannot be in a node affinity rule with multiple priorities',
    )
    add([rule], 'resources are in node affinity rules with multiple priorities')
  }
  for (const { rules: members, resources } of together) {
    const paired = locations.filter((one) => shared(one.resources, resources) > 0)
    if (paired.length < 2) continue
    add(
      paired,
      'at least one resource is in a positive resource affinity rule and there are other resources in at least one ' +
        'other node affinity rule already',
    )
    add(members, 'resources are in multiple node affinity rules')
  }
  for (const rule of negative) {
    const paired = locations.filter((one) => shared(one.resources, rule.resources) > 0)
    const nodes = new Set(paired.flatMap((one) => [...one.nodes.keys()]))
    const located = [...rule.resources].filter((sid) =>
      paired.some(({ resources }) => resources.has(sid)),
    )
    if (nodes.size >= located.length) continue
    add(
      [rule],
      'two or more resources are restricted to less nodes than available to the resources',
    )
    add(
      paired,
      'at least one resource is in a negative resource affinity rule and this rule would restrict these to less ' +
        'nodes than available to the resources',
    )
  }
  return found
}

interface Rule {
  readonly id: string
  readonly type: string
  readonly affinity: string | undefined
  readonly resources: ReadonlySet<string>
  /** Priorities by node. */
  readonly nodes: ReadonlyMap<string, number>
}

function ruleOf({ id, type, options }: Section): Rule {
  return {
    id,
    type,
    affinity: options.affinity,
    resources: new Set(splitList(options.resources ?? '')),
    nodes: nodePriorities(options.nodes ?? ''),
  }
}

/** Nodes with their priorities, of `pve1:2,pve2`. pve-ha-manager HA/Tools.pm: parse_node_priority */
export function nodePriorities(list: string): Map<string, number> {
  return new Map(
    splitList(list).map((entry) => {
      const [node = '', priority = '0'] = entry.split(':')
      return [node, Number(priority)]
    }),
  )
}

function shared(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return [...one].filter((sid) => other.has(sid)).length
}

/**
 * Rules whose resources overlap, with all of those: each is put to the first group that it meets, the rule with the
 * lowest resource first. pve-ha-manager HA/Rules/Helpers.pm: find_disjoint_rules_resource_sets
 */
function connectedRules(
  rules: readonly Rule[],
): readonly { readonly rules: Rule[]; readonly resources: Set<string> }[] {
  const lowest = ({ resources }: Rule): string => [...resources].toSorted()[0] ?? ''
  const groups: { rules: Rule[]; resources: Set<string> }[] = []
  for (const rule of rules.toSorted((a, b) => (lowest(a) < lowest(b) ? -1 : 1))) {
    const group = groups.find(({ resources }) => shared(resources, rule.resources) > 0)
    if (!group) groups.push({ rules: [rule], resources: new Set(rule.resources) })
    else {
      group.rules.push(rule)
      for (const sid of rule.resources) group.resources.add(sid)
    }
  }
  return groups
}
