import { failed, invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { splitList } from '../config-text.js'
import { requireDigest } from '../require-digest.js'
import { stored, text, type StoredContext } from '../stored/stored-handler.js'
import type { Rule, RuleScope } from './firewall-config.js'
import {
  listDigest,
  openFirewall,
  saveFirewall,
  withDigest,
  type FileScope,
  type FirewallFile,
} from './firewall-file.js'
import { requireRule } from './verify-rule.js'

interface RuleList {
  /** Path of the list. */
  readonly path: string
  readonly scope: FileScope
  /** The rules of a security group, which the parameter `group` names. */
  readonly isGroup?: boolean
  /** Throws when the caller may not. */
  readonly authorize?: (context: StoredContext, changes: boolean) => void
}

const names: readonly string[] =
  'type action macro iface source dest proto enable log sport dport comment icmp-type pos digest'.split(
    ' ',
  )

// pve-firewall API2/Firewall/Rules.pm
export function ruleHandlers({ path, scope, isGroup, authorize }: RuleList): Handler[] {
  const entry = `${path}/{pos}`
  const ruleScope: RuleScope = isGroup ? 'group' : scope

  function open(context: StoredContext, changes: boolean): OpenRules {
    authorize?.(context, changes)
    const file = openFirewall(context, scope)
    if (!isGroup) return { file, rules: file.own.rules }
    const group = text(context.params, 'group')
    const rules = file.own.groups.get(group)
    if (!rules) throw failed(`no such security group '${group}'`)
    return { file, rules }
  }

  function save(context: StoredContext, { file, rules }: OpenRules): void {
    if (!isGroup) return saveFirewall(context, file, { rules })
    const groups = new Map(file.own.groups).set(text(context.params, 'group'), rules)
    saveFirewall(context, file, { groups })
  }

  return [
    stored('GET', path, (context) =>
      withDigest(open(context, false).rules.map(ruleData)).map((rule, pos) => ({ ...rule, pos })),
    ),
    stored('GET', entry, (context) => {
      const { rules } = open(context, false)
      const { at } = ruleAt(context, rules)
      return { ...withDigest(rules.map(ruleData))[at], pos: text(context.params, 'pos') }
    }),
    stored('POST', path, (context) => {
      const { file, rules } = open(context, true)
      const given = changed({}, context)
      const rule = requireRule(given, { ...file, scope: ruleScope })
      const enable = text(context.params, 'enable') || '0'
      const properties = { ...rule.properties, enable }
      save(context, { file, rules: [{ properties }, ...rules] })
    }),
    stored('PUT', entry, (context) => {
      const { file, rules } = open(context, true)
      const { at, rule } = pick(context, rules)
      const target = context.params.moveto
      if (target !== undefined && Number(target) !== at) {
        save(context, { file, rules: moved(rules, at, Number(target)) })
        return
      }
      const properties = withoutDeleted(changed(rule.properties, context), context)
      const next = requireRule(properties, { ...file, scope: ruleScope })
      save(context, { file, rules: rules.with(at, next) })
    }),
    stored('DELETE', entry, (context) => {
      const { file, rules } = open(context, true)
      const { at } = pick(context, rules)
      save(context, { file, rules: rules.toSpliced(at, 1) })
    }),
  ]
}

/** The rule that a change is for, once the caller knows the present list. */
function pick(context: StoredContext, rules: readonly Rule[]): { at: number; rule: Rule } {
  requireDigest(listDigest(rules.map(ruleData)), text(context.params, 'digest'))
  return ruleAt(context, rules)
}

interface OpenRules {
  readonly file: FirewallFile
  readonly rules: readonly Rule[]
}

/** A rule as the API shows it. */
function ruleData({ properties, errors }: Rule): Record<string, unknown> {
  const { enable, ipversion, ...rest } = properties
  return {
    ...rest,
    ...(enable !== undefined && { enable: Number(enable) }),
    ...(ipversion !== undefined && { ipversion: Number(ipversion) }),
    ...(errors && { errors }),
  }
}

function ruleAt({ params }: StoredContext, rules: readonly Rule[]): { at: number; rule: Rule } {
  const at = Number(params.pos)
  const rule = rules[at]
  if (!rule) throw failed(`no rule at position ${text(params, 'pos')}`)
  return { at, rule }
}

/** pve-firewall Firewall.pm: copy_rule_data */
function changed(
  present: Readonly<Record<string, string>>,
  { params }: StoredContext,
): Record<string, string> {
  const rule = { ...present }
  for (const name of names) {
    const value = params[name]
    if (typeof value !== 'string') continue
    if (value === '' || value === '-') delete rule[name]
    else if (name !== 'pos' && name !== 'digest') rule[name] = value
  }
  return rule
}

/** pve-firewall Firewall.pm: delete_rule_properties */
function withoutDeleted(
  given: Readonly<Record<string, string>>,
  { params }: StoredContext,
): Record<string, string> {
  const rule = { ...given }
  for (const name of splitList(text(params, 'delete'))) {
    if (!names.includes(name)) {
      throw invalidParameters({ delete: `no such property ('${name}')` })
    }
    if (name === 'type' || name === 'action') {
      throw invalidParameters({ delete: `unable to delete required property '${name}'` })
    }
    delete rule[name]
  }
  return rule
}

/** A rule goes before the one that is at the target now. */
function moved(rules: readonly Rule[], from: number, target: number): readonly Rule[] {
  return rules
    .flatMap((rule, index) => {
      if (index === from) return []
      return index === target ? [rules[from] ?? rule, rule] : [rule]
    })
    .concat(target >= rules.length ? rules.slice(from, from + 1) : [])
}
