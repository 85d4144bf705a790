import { groupName, type GroupPlace } from './backup-place.js'

/**
 * Whether filters let a group through: any that includes it, or none that includes at all, and none that excludes it.
 *
 * proxmox-backup pbs-api-types/src/datastore.rs: apply_filters
 */
export function matchesFilters(group: GroupPlace, filters: readonly string[]): boolean {
  const rules = filters.map((filter) => ({
    isExclusion: filter.startsWith('exclude:'),
    rule: filter.replace(/^(?:include|exclude):/, ''),
  }))
  const including = rules.filter(({ isExclusion }) => !isExclusion)
  const isIncluded = including.length === 0 || including.some(({ rule }) => matches(group, rule))
  return isIncluded && !rules.some(({ isExclusion, rule }) => isExclusion && matches(group, rule))
}

function matches(group: GroupPlace, rule: string): boolean {
  const [kind = '', ...rest] = rule.split(':')
  const value = rest.join(':')
  if (kind === 'type') return group.type === value
  if (kind === 'group') return groupName(group) === value
  return kind === 'regex' && new RegExp(value).test(groupName(group))
}
