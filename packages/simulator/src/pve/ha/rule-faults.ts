import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'
import type { Section } from '../section-config.js'

/**
 * Why rules cannot hold, alone or beside the others; disabled rules are not looked at.
 *
 * pve-ha-manager HA/Rules.pm, HA/Rules/NodeAffinity.pm, HA/Rules/ResourceAffinity.pm: the plugin checks
 */
export function ruleFaults(
  all: ReadonlyMap<string, Section>,
  cluster: Cluster,
): ReadonlyMap<string, readonly string[]> {
  const active = [...all.values()].filter(({ options }) => !isTrue(options.disable))
  const found = new Map<string, string[]>()
  const add = (id: string, text: string): void => {
    found.set(id, [...(found.get(id) ?? []), text])
  }
  const nodeRules = active.filter(({ type }) => type === 'node-affinity')
  const resourceRules = active.filter(({ type }) => type === 'resource-affinity')
  for (const rule of nodeRules) {
    for (const sid of membersOf(rule)) {
      if (nodeRules.some((other) => other !== rule && membersOf(other).includes(sid))) {
        add(rule.id, `resource '${sid}' is already used in another node affinity rule`)
      }
    }
  }
  for (const rule of resourceRules) {
    const members = membersOf(rule)
    if (members.length < 2) {
      add(rule.id, 'rule is ineffective as there are less than two resources')
    } else if (
      rule.options.affinity === 'negative' &&
      members.length > onlineNodes(cluster).length
    ) {
      add(rule.id, 'rule defines more resources than available nodes')
    }
  }
  for (const rule of resourceRules.filter(({ options }) => options.affinity === 'negative')) {
    const isShared = resourceRules.some(
      (other) =>
        other.options.affinity === 'positive' &&
        membersOf(other).filter((sid) => membersOf(rule).includes(sid)).length > 1,
    )
    if (isShared) {
      add(rule.id, 'rule shares two or more resources with a positive resource affinity rule')
    }
  }
  for (const rule of resourceRules) {
    const members = membersOf(rule)
    const holding = nodeRules.filter((other) =>
      membersOf(other).some((sid) => members.includes(sid)),
    )
    if (holding.some((other) => prioritiesOf(other).size > 1)) {
      add(rule.id, 'resources are in node affinity rules with multiple priorities')
    }
    if (rule.options.affinity === 'positive' && holding.length > 1) {
      add(rule.id, 'resources are in multiple node affinity rules')
    }
  }
  for (const rule of nodeRules) {
    const isMixed = resourceRules.some((other) =>
      membersOf(other).some((sid) => membersOf(rule).includes(sid)),
    )
    if (isMixed && prioritiesOf(rule).size > 1) {
      add(
        rule.id,
        'resources are in a resource affinity rule and cannot be in a node affinity rule with multiple priorities',
      )
    }
  }
  return found
}

function membersOf({ options }: Section): string[] {
  return [...new Set(splitList(options.resources ?? ''))]
}

function prioritiesOf({ options }: Section): ReadonlySet<string> {
  return new Set(splitList(options.nodes ?? '').map((node) => node.split(':')[1] ?? '0'))
}

function onlineNodes(cluster: Cluster): string[] {
  return cluster.nodeNames().filter((node) => cluster.isOnline(node))
}
