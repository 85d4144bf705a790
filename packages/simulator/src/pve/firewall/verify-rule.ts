import { checkFormat } from '@proxkit/schema'
import { faultText, invalidParameters } from '../../engine/fault.js'
import { isTrue } from '../config-text.js'
import { aliasName, resolveAlias } from './addresses.js'
import { macroFaults, preferredMacro } from './apply-macro.js'
import { namePattern, type NameSpaces, type Rule, type RuleScope } from './firewall-config.js'
import { icmpTypes, icmpv6Types } from './icmp-types.js'

const directions: Readonly<Record<RuleScope, readonly string[]>> = {
  ct: ['in', 'out', 'group'],
  vm: ['in', 'out', 'group'],
  group: ['in', 'out', 'forward'],
  cluster: ['in', 'out', 'forward', 'group'],
  host: ['in', 'out', 'forward', 'group'],
  vnet: ['forward', 'group'],
}

const portProtocols: ReadonlySet<string> = new Set(
  'udp 17 udplite 136 tcp 6 dccp 33 sctp 132'.split(' '),
)

interface VerifyOptions extends NameSpaces {
  readonly scope: RuleScope
}

/** A rule that makes sense. Throws the vendor's 400 for the first thing that does not. */
export function requireRule(
  properties: Readonly<Record<string, string>>,
  options: VerifyOptions,
): Rule {
  const rule = verifyRule(properties, options)
  const [first] = Object.entries(rule.errors ?? {})
  if (first) throw invalidParameters({ [first[0]]: first[1] })
  return rule
}

/**
 * A rule with its family of addresses, and what is wrong with it.
 *
 * pve-firewall Firewall.pm: verify_rule
 */
export function verifyRule(given: Readonly<Record<string, string>>, options: VerifyOptions): Rule {
  const check = new RuleCheck(given, options)
  check.run()
  const { properties, errors } = check
  return { properties, ...(Object.keys(errors).length > 0 && { errors }) }
}

class RuleCheck {
  readonly properties: Record<string, string>
  readonly errors: Record<string, string> = {}
  readonly #options: VerifyOptions
  #family: 4 | 6 | undefined

  constructor(given: Readonly<Record<string, string>>, options: VerifyOptions) {
    const { ipversion: _, ...properties } = given
    this.properties = properties
    this.#options = options
  }

  run(): void {
    this.#type()
    this.#interface()
    this.#macro()
    const isIcmp = this.#protocol()
    this.#ports('dport', isIcmp)
    this.#icmpType(isIcmp)
    this.#ports('sport', false)
    this.#addresses('source')
    this.#addresses('dest')
    if (this.#family) this.properties.ipversion = String(this.#family)
    const { macro } = this.properties
    if (isTrue(macro) && Object.keys(this.errors).length === 0) {
      for (const [name, text] of macroFaults(macro, this.properties)) this.#fault(name, text)
    }
  }

  #fault(name: string, text: string): void {
    this.errors[name] ??= text.replace(/\n$/, '')
  }

  #type(): void {
    const { type, action } = this.properties
    const { scope } = this.#options
    if (!isTrue(type)) this.#fault('type', 'missing property')
    if (!isTrue(action)) this.#fault('action', 'missing property')
    if (!isTrue(type)) return
    if (!directions[scope].includes(type)) {
      this.#fault('type', `invalid rule type '${type}' for rule_env '${scope}'`)
    }
    if (type === 'group') {
      if (scope === 'group') this.#fault('type', 'security groups not allowed')
      if (isTrue(action) && !new RegExp(`^${namePattern}$`).test(action)) {
        this.#fault('action', 'invalid characters in security group name')
      }
      return
    }
    if (!['in', 'out', 'forward'].includes(type)) {
      this.#fault('type', `unknown rule type '${type}'`)
      return
    }
    if (type === 'forward' && action === 'REJECT') {
      this.#fault('action', 'cannot define REJECT rules on forward chain')
    }
    if (isTrue(action) && !/^(?:ACCEPT|DROP|REJECT)$/.test(action)) {
      this.#fault('action', `unknown action '${action}'`)
    }
  }

  #interface(): void {
    const { iface } = this.properties
    if (!isTrue(iface)) return
    const { scope } = this.#options
    if (scope === 'group' || scope === 'vnet') {
      this.#fault('type', 'parameter -i not allowed for this rule type')
    }
    this.#format('iface', 'pve-iface')
    if ((scope === 'vm' || scope === 'ct') && !/^net\d+$/.test(iface)) {
      this.#fault('iface', String.raw`value does not match the regex pattern 'net\d+'`)
    }
  }

  #macro(): void {
    const { macro } = this.properties
    if (!isTrue(macro)) return
    const preferred = preferredMacro(macro)
    if (preferred === undefined) this.#fault('macro', `unknown macro '${macro}'`)
    else this.properties.macro = preferred
  }

  #protocol(): boolean {
    const { proto } = this.properties
    if (!isTrue(proto)) return false
    this.#format('proto', 'pve-fw-protocol-spec')
    if (proto === 'icmp') this.#setFamily(4)
    if (proto === 'icmpv6' || proto === 'ipv6-icmp') this.#setFamily(6)
    return /^(?:icmp|icmpv6|ipv6-icmp)$/.test(proto)
  }

  #ports(name: 'dport' | 'sport', isIcmp: boolean): void {
    if (!isTrue(this.properties[name])) return
    this.#format(name, isIcmp ? 'pve-fw-dport-spec' : 'pve-fw-sport-spec')
    const { proto } = this.properties
    if (!isTrue(proto)) {
      this.#fault('proto', `missing property - '${name}' requires this property`)
    }
    if (!isIcmp && !portProtocols.has(proto ?? '')) {
      this.#fault(name, `protocol '${proto ?? ''}' does not support ports`)
    }
  }

  #icmpType(isIcmp: boolean): void {
    const { proto = '', dport, 'icmp-type': type } = this.properties
    if (!isTrue(type)) return
    if (!isIcmp) this.#fault('proto', "missing property - 'icmp-type' requires this property")
    if (isTrue(dport)) {
      this.#fault('icmp-type', "'icmp-type' cannot be specified together with 'dport'")
    }
    const known = proto === 'icmp' ? icmpTypes : icmpv6Types
    if (isIcmp && !known.has(type)) {
      this.#fault('icmp-type', `invalid icmp-type '${type}' for proto '${proto}'`)
    }
  }

  #addresses(name: 'source' | 'dest'): void {
    const value = this.properties[name]
    if (!isTrue(value)) return
    const isNamed = value.startsWith('+') || aliasName(value) !== undefined
    const unfit = checkFormat('pve-fw-addr-spec', value)
    if (unfit !== undefined) this.#fault(name, unfit)
    else if (!isNamed) this.#tryFamily(name, value.includes(':') ? 6 : 4)
    if (value.startsWith('+')) this.#set(name, value)
    else if (isNamed) this.#alias(name, value)
  }

  #set(name: string, value: string): void {
    const { cluster, own } = this.#options
    const set = new RegExp(String.raw`^\+(?:guest/|dc/|sdn/)?(${namePattern})$`).exec(value)?.[1]
    if (set === undefined) this.#fault(name, `invalid ipset name '${value}'`)
    else if (!cluster?.sets.has(set) && !own?.sets.has(set)) {
      this.#fault(name, `no such ipset '${set}'`)
    }
  }

  #alias(name: string, value: string): void {
    const { scope = '', name: alias = '' } = aliasName(value) ?? {}
    const { cluster, own } = this.#options
    const key = alias.toLowerCase()
    if (!cluster?.aliases.get(key) && !own?.aliases.get(key)) {
      this.#fault(name, `no such alias '${value}'`)
    }
    const local = scope === 'dc/' ? undefined : own?.aliases.get(key)
    const found = local ?? (cluster && resolveAlias(value, { cluster, own: undefined }))
    if (found?.ipversion) this.#tryFamily(name, found.ipversion)
  }

  #format(name: string, format: string): void {
    const unfit = checkFormat(format, this.properties[name] ?? '')
    if (unfit !== undefined) this.#fault(name, unfit)
  }

  #tryFamily(name: string, family: 4 | 6): void {
    try {
      this.#setFamily(family)
    } catch (error) {
      this.#fault(name, faultText(error))
    }
  }

  #setFamily(family: 4 | 6): void {
    if (this.#family && this.#family !== family) {
      throw new Error('detected mixed ipv4/ipv6 addresses in rule')
    }
    this.#family = family
  }
}
