import { ipv6Macros, macros } from './macros.js'

const preferred: ReadonlyMap<string, string> = new Map(
  [...Object.keys(macros), ...Object.keys(ipv6Macros)].map((name) => [name.toLowerCase(), name]),
)

/** The name of a macro as the product writes it; undefined for one that it does not know. */
export function preferredMacro(name: string): string | undefined {
  return preferred.get(name.toLowerCase())
}

export function macroNames(): string[] {
  return [...preferred.values()]
}

/**
 * What a rule says that its macro says otherwise.
 *
 * pve-firewall Firewall.pm: $apply_macro
 */
export function macroFaults(
  name: string,
  rule: Readonly<Record<string, string>>,
): (readonly [name: string, text: string])[] {
  const isIpv6 = rule.ipversion === '6'
  const text = (isIpv6 ? ipv6Macros[name] : undefined) ?? macros[name]
  const only = macros[name] === undefined
  // A macro of the other family says nothing.
  if (rule.ipversion !== undefined && only && !isIpv6) return []
  for (const part of (text ?? ipv6Macros[name] ?? '').split(' ')) {
    const [proto = '', dport, sport] = part.split('/')
    const template = { proto, dport, sport }
    for (const [key, value] of Object.entries(template)) {
      const own = rule[key]
      if (value === undefined || own === undefined || own === value) continue
      return [[key, `parameter '${key}' already define in macro (value = '${value}')`]]
    }
  }
  return []
}
