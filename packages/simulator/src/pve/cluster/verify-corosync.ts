import { isIP } from 'node:net'
import { linkNumbers } from './corosync-links.js'
import { sectionOf, valueOf, type CorosyncSection } from './corosync.js'

export interface CorosyncCheck {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

/** What is wrong with a configuration, and what may be. pve-cluster Corosync.pm: verify_conf */
export function verifyCorosync(conf: CorosyncSection | undefined): CorosyncCheck {
  const nodes = conf && sectionOf(sectionOf(conf, 'nodelist'), 'node')
  if (!conf || !nodes) return { errors: ['no nodes found'], warnings: [] }
  const totem = sectionOf(conf, 'totem')
  const cipher = valueOf(totem, 'crypto_cipher')
  const isPlain = valueOf(totem, 'secauth') !== 'on' && (cipher === undefined || cipher === 'none')
  const warnings = isPlain
    ? [
        'warning: authentication/encryption is not explicitly enabled (secauth / crypto_cipher / crypto_hash)',
      ]
    : []
  const names = Object.keys(nodes).toSorted()
  const interfaces = Object.keys(sectionOf(totem, 'interface'))
  const errors: string[] = []
  for (const link of ['0', '1', '2', '3', '4', '5', '6', '7']) {
    const having = names.filter((name) => linkNumbers(sectionOf(nodes, name)).includes(link))
    for (const name of names) {
      const has = having.includes(name)
      if (has) warnings.push(...unresolved(nodes, { name, key: `ring${link}_addr` }))
      if (interfaces.length === 0) {
        if (!has && having.length > 0) {
          errors.push(`node '${name}' is missing link ${link}, which is configured on other nodes`)
        }
      } else if (has && !interfaces.includes(link)) {
        errors.push(
          `node '${name}' has 'ring${link}_addr', but there is no interface number ${link} configured`,
        )
      } else if (!has && interfaces.includes(link)) {
        errors.push(`node '${name}' is missing address forinterface number ${link}`)
      }
    }
  }
  return { errors, warnings }
}

/** Nodes are known to each other by name: any other name leads nowhere. */
function unresolved(
  nodes: CorosyncSection,
  { name, key }: { readonly name: string; readonly key: string },
): string[] {
  const address = valueOf(sectionOf(nodes, name), key) ?? ''
  if (isIP(address) > 0) return []
  return [
    `warning: unable to resolve ${key} '${address}' for node '${name}' to an IP address according to Corosync's ` +
      'resolve strategy - cluster could fail on restart!',
  ]
}
