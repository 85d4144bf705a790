import { sortedEntries } from '../../engine/sorted-entries.js'
import { isTrue } from '../config-text.js'
import type { FirewallConfig, Rule, RuleScope, SetEntry } from './firewall-config.js'

/**
 * The text of a firewall file; empty where there is nothing to say.
 *
 * pve-firewall Firewall.pm: save_clusterfw_conf, save_hostfw_conf, save_vmfw_conf, save_vnetfw_conf
 */
export function formatFirewall(
  { options, aliases, sets, setComments, rules, groups, groupComments }: FirewallConfig,
  scope: Exclude<RuleScope, 'group'>,
): string {
  const parts: string[] = []
  const settings = Object.entries(options)
  if (settings.length > 0) {
    parts.push(`[OPTIONS]\n\n${settings.map(([key, value]) => `${key}: ${value}\n`).join('')}\n`)
  }
  const hasNames = scope !== 'host' && scope !== 'vnet'
  if (hasNames && aliases.size > 0) {
    const lines = sortedEntries(aliases).map(
      ([, alias]) => `${alias?.name ?? ''} ${alias?.cidr ?? ''}${comment(alias?.comment)}\n`,
    )
    parts.push(`[ALIASES]\n\n${lines.join('')}\n`)
  }
  for (const [name, entries] of hasNames ? sortedEntries(sets) : []) {
    parts.push(`[IPSET ${name}]${headComment(setComments.get(name))}\n\n${formatSet(entries)}\n`)
  }
  if (rules.length > 0) parts.push(`[RULES]\n\n${formatRules(rules, { iface: true })}\n`)
  for (const [name, members] of sortedEntries(groups)) {
    const head = headComment(groupComments.get(name))
    parts.push(`[group ${name}]${head}\n\n${formatRules(members, { iface: false })}\n`)
  }
  return parts.join('')
}

function headComment(text: string | undefined): string {
  return isTrue(text) ? ` # ${text}` : ''
}

function comment(text: string | undefined): string {
  return isTrue(text) && !/^\s*$/.test(text) ? ` # ${text}` : ''
}

function formatSet(entries: readonly SetEntry[]): string {
  const byCidr = new Map<string, SetEntry>()
  for (const entry of entries) if (!byCidr.has(entry.cidr)) byCidr.set(entry.cidr, entry)
  return sortedEntries(byCidr)
    .map(([cidr, entry]) => `${isTrue(entry.nomatch) ? '!' : ''}${cidr}${comment(entry.comment)}\n`)
    .join('')
}

function formatRules(rules: readonly Rule[], { iface }: { readonly iface: boolean }): string {
  return rules.map(({ properties }) => `${formatRule(properties, iface)}\n`).join('')
}

const written: readonly (readonly [name: string, option: string])[] = [
  ['source', '-source'],
  ['dest', '-dest'],
  ['proto', '-p'],
  ['dport', '-dport'],
  ['sport', '-sport'],
  ['log', '-log'],
]

/** pve-firewall Firewall.pm: $format_rules */
function formatRule(rule: Readonly<Record<string, string>>, hasInterface: boolean): string {
  const { type = '', action = '', macro, enable, iface, 'icmp-type': icmpType } = rule
  const disabled = enable !== undefined && !isTrue(enable) ? '|' : ''
  const target = isTrue(macro) ? `${macro}(${action})` : action
  const options = hasInterface && isTrue(iface) ? [`-i ${iface}`] : []
  if (type !== 'group') {
    for (const [name, option] of written) {
      const value = rule[name]
      if (isTrue(value)) options.push(`${option} ${value}`)
    }
    if (icmpType !== undefined && icmpType !== '') options.push(`-icmp-type ${icmpType}`)
  }
  const head = [`${disabled}${type.toUpperCase()} ${target}`, ...options].join(' ')
  return `${head}${comment(rule.comment)}`
}
