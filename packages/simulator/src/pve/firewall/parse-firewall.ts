import { faultText } from '../../engine/fault.js'
import { aliasName, parseCidr, resolveAlias } from './addresses.js'
import {
  namePattern,
  type Alias,
  type FirewallConfig,
  type Rule,
  type RuleScope,
  type SetEntry,
} from './firewall-config.js'
import { parseOption } from './options.js'
import { verifyRule } from './verify-rule.js'

interface Draft extends FirewallConfig {
  readonly options: Record<string, string>
  readonly aliases: Map<string, Alias | undefined>
  readonly sets: Map<string, SetEntry[]>
  readonly setComments: Map<string, string>
  readonly rules: Rule[]
  readonly groups: Map<string, Rule[]>
  readonly groupComments: Map<string, string>
}

export interface ParseContext {
  readonly scope: Exclude<RuleScope, 'group'>
  /** The cluster's file, where another one is read. */
  readonly cluster: FirewallConfig | undefined
  /** Seconds since the epoch. */
  readonly now: number
}

/** Lines that break the rules are left out, as the original does with a warning in its log. */
type Reader = (line: string) => void

/** pve-firewall Firewall.pm: generic_fw_config_parser */
export function parseFirewall(text: string, context: ParseContext): FirewallConfig {
  const draft: Draft = {
    options: {},
    aliases: new Map(),
    sets: new Map(),
    setComments: new Map(),
    rules: [],
    groups: new Map(),
    groupComments: new Map(),
  }
  const cluster = context.cluster ?? draft
  let read: Reader | undefined
  for (const raw of text.split('\n')) {
    const line = raw.replaceAll(/^[ \t]+|[ \t]+$/g, '')
    if (line === '' || line.startsWith('#')) continue
    const header =
      /^\[(options|aliases|rules|group|ipset)(?:\s+(\S+))?\]\s*(?:#\s*(.*?)\s*)?$/i.exec(line)
    if (header) {
      const next = openSection(header, draft, { ...context, cluster })
      if (next !== 'unknown') {
        read = next
        continue
      }
    }
    try {
      read?.(line)
    } catch {
      // See above.
    }
  }
  return draft
}

interface SectionContext extends ParseContext {
  readonly cluster: FirewallConfig
}

/** What reads the lines of a section: undefined skips them. */
function openSection(
  [, kind = '', given, comment]: RegExpExecArray,
  draft: Draft,
  context: SectionContext,
): Reader | undefined | 'unknown' {
  const { scope, cluster } = context
  const isNamed = given !== undefined
  const hasNames = scope === 'cluster' || scope === 'vm' || scope === 'ct'
  const name = given?.toLowerCase() ?? ''
  const isName = new RegExp(`^${namePattern}$`).test(name)
  switch (kind.toLowerCase()) {
    case 'options':
      return isNamed
        ? 'unknown'
        : (line) => Object.assign(draft.options, parseOption(line, context))
    case 'rules':
      if (isNamed) return 'unknown'
      return (line) => draft.rules.push(parseRule(line, { scope, cluster, own: draft }))
    case 'aliases':
      if (isNamed || !hasNames) return 'unknown'
      return (line) => {
        const alias = parseAlias(line)
        draft.aliases.set(alias?.name.toLowerCase() ?? '', alias)
      }
    case 'group': {
      if (!isNamed || scope !== 'cluster') return 'unknown'
      if (!isName || name.length > 18) return undefined
      const rules: Rule[] = []
      draft.groups.set(name, rules)
      if (comment) draft.groupComments.set(name, comment)
      return (line) => rules.push(parseRule(line, { scope: 'group', cluster, own: undefined }))
    }
    case 'ipset': {
      if (!isNamed || !hasNames) return 'unknown'
      if (!isName || name.length > 64) return undefined
      const entries: SetEntry[] = []
      draft.sets.set(name, entries)
      if (comment) draft.setComments.set(name, comment)
      return (line) => entries.push(parseSetEntry(line, { entries, draft, cluster }))
    }
    default:
      return 'unknown'
  }
}

const ruleOptions: readonly (readonly [RegExp, string])[] = [
  [/^-i (\S+)\s*/, 'iface'],
  [/^(?:-p|--?proto) (\S+)\s*/, 'proto'],
  [/^--?dport (\S+)\s*/, 'dport'],
  [/^--?sport (\S+)\s*/, 'sport'],
  [/^--?source (\S+)\s*/, 'source'],
  [/^--?dest (\S+)\s*/, 'dest'],
  [/^--?log (emerg|alert|crit|err|warning|notice|info|debug|nolog)\s*/, 'log'],
  [/^--?icmp-type (\S+)\s*/, 'icmp-type'],
]

/** pve-firewall Firewall.pm: parse_fw_rule */
function parseRule(text: string, options: Parameters<typeof verifyRule>[1]): Rule {
  const properties: Record<string, string> = {}
  const comment = /#\s*(.*?)\s*$/.exec(text)
  let line = comment ? text.slice(0, comment.index) : text
  if (comment) properties.comment = comment[1] ?? ''
  properties.enable = line.startsWith('|') ? '0' : '1'
  const start = /^\|?(\S+)\s+(\S+)\s*/.exec(line)
  if (!start) throw new Error(`unable to parse rule: ${line}`)
  line = line.slice(start[0].length)
  properties.type = (start[1] ?? '').toLowerCase()
  properties.action = start[2] ?? ''
  const macro = /^(\S+)\((ACCEPT|DROP|REJECT)\)$/.exec(properties.action)
  if (macro && ['in', 'out', 'forward'].includes(properties.type)) {
    properties.macro = macro[1] ?? ''
    properties.action = macro[2] ?? ''
  }
  const known = properties.type === 'group' ? ruleOptions.slice(0, 1) : ruleOptions
  while (line !== '') {
    const option = known.find(([pattern]) => pattern.test(line))
    const match = option?.[0].exec(line)
    if (!option || !match) throw new Error(`unable to parse rule parameters: ${line}`)
    properties[option[1]] = match[1] ?? ''
    line = line.slice(match[0].length)
  }
  return verifyRule(properties, options)
}

/** pve-firewall Firewall.pm: parse_alias */
function parseAlias(text: string): Alias | undefined {
  const comment = /\s*#\s*(.*?)\s*$/.exec(text)
  const line = comment ? text.slice(0, comment.index) : text
  const match = /^(\S+)\s(\S+)$/.exec(line)
  if (!match) return undefined
  const address = parseCidr(match[2] ?? '')
  return { name: match[1] ?? '', ...address, ...(comment?.[1] && { comment: comment[1] }) }
}

function parseSetEntry(
  text: string,
  {
    entries,
    draft,
    cluster,
  }: {
    readonly entries: readonly SetEntry[]
    readonly draft: FirewallConfig
    readonly cluster: FirewallConfig
  },
): SetEntry {
  const comment = /#\s*(.*?)\s*$/.exec(text)
  const line = comment ? text.slice(0, comment.index) : text
  const [, nomatch, given = ''] = /^(!)?\s*(\S+)\s*$/.exec(line) ?? []
  const errors: Record<string, string> = {}
  let cidr = given
  try {
    if (!aliasName(given)) ({ cidr } = parseCidr(given))
    else if (!resolveAlias(given, { cluster, own: draft })) {
      throw new Error(`no such alias '${aliasName(given)?.name ?? given}'`)
    }
    if (entries.some((entry) => entry.cidr === cidr)) {
      throw new Error(`duplicate ipset entry for '${cidr}'`)
    }
  } catch (error) {
    errors.cidr = faultText(error)
  }
  if (/\/0+$/.test(cidr)) errors.cidr = 'a zero prefix is not allowed in ipset entries\n'
  return {
    cidr,
    ...(nomatch && { nomatch: '1' }),
    ...(comment?.[1] && { comment: comment[1] }),
    ...(Object.keys(errors).length > 0 && { errors }),
  }
}
