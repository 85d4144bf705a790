import type { Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { stored, text } from '../stored/stored-handler.js'
import { macroNames } from './apply-macro.js'
import type { FirewallConfig } from './firewall-config.js'
import { openFirewall, type FileScope } from './firewall-file.js'

// pve-firewall API2/Firewall/Cluster.pm, VM.pm: refs
export function referenceHandler(path: string, scope: FileScope): Handler {
  return stored('GET', path, (context) => {
    const { own, cluster } = openFirewall(context, scope)
    const type = text(context.params, 'type')
    if (!cluster) return references(own, { type, scope: 'dc' })
    return [
      ...references(cluster, { type, scope: 'dc' }),
      ...references(own, { type, scope: 'guest' }),
    ]
  })
}

/** pve-firewall Firewall/Helpers.pm: collect_refs */
function references(
  { sets, setComments, aliases }: FirewallConfig,
  { type, scope }: { readonly type: string; readonly scope: string },
): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = []
  for (const name of type === 'alias' ? [] : sets.keys()) {
    const comment = setComments.get(name)
    found.push({ type: 'ipset', name, ref: `+${name}`, scope, ...(isTrue(comment) && { comment }) })
  }
  for (const [name, alias] of type === 'ipset' ? [] : aliases) {
    const { comment } = alias ?? {}
    found.push({ type: 'alias', name, ref: name, scope, ...(isTrue(comment) && { comment }) })
  }
  return found
}

/** The vendor's descriptions are not known here: a macro without one is described by its name. get_macros */
export const macroHandler: Handler = stored('GET', '/cluster/firewall/macros', () =>
  macroNames().map((macro) => ({ macro, descr: macro })),
)
