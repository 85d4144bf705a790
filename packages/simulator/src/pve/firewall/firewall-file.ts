import { createHash } from 'node:crypto'
import type { StoredContext } from '../stored/stored-handler.js'
import { text } from '../stored/stored-handler.js'
import {
  noConfig,
  type FirewallConfig,
  type NameSpaces,
  type RuleScope,
} from './firewall-config.js'
import { formatFirewall } from './format-firewall.js'
import { parseFirewall } from './parse-firewall.js'

/** The file that a call works on, and where names in it are looked up. */
export interface FirewallFile extends NameSpaces {
  readonly own: FirewallConfig
  readonly scope: Exclude<RuleScope, 'group'>
  readonly path: string
}

export type FileScope = FirewallFile['scope']

const clusterFile = 'firewall/cluster.fw'

export function openFirewall(context: StoredContext, scope: FileScope): FirewallFile {
  const { config } = context.cluster
  const now = context.cluster.now()
  const read = (path: string, cluster: FirewallConfig | undefined): FirewallConfig => {
    const content = config.read(path)
    const place = { scope: cluster ? scope : 'cluster', cluster, now } as const
    return content ? parseFirewall(content, place) : noConfig
  }
  const cluster = read(clusterFile, undefined)
  if (scope === 'cluster') return { scope, path: clusterFile, own: cluster, cluster: undefined }
  const path = pathOf(context, scope)
  return { scope, path, own: read(path, cluster), cluster }
}

function pathOf({ params, node }: StoredContext, scope: Exclude<FileScope, 'cluster'>): string {
  if (scope === 'host') return `nodes/${node}/host.fw`
  if (scope === 'vnet') return `sdn/firewall/${text(params, 'vnet')}.fw`
  return `firewall/${text(params, 'vmid')}.fw`
}

/** Writes a file with some of it changed; an empty one is removed. */
export function saveFirewall(
  context: StoredContext,
  file: FirewallFile,
  change: Partial<FirewallConfig>,
): void {
  const content = formatFirewall({ ...file.own, ...change }, file.scope)
  if (content === '') context.cluster.config.remove(file.path)
  else context.cluster.config.write(file.path, content)
}

/** pve-firewall Firewall.pm: copy_list_with_digest, copy_opject_with_digest */
export function listDigest(entries: readonly Readonly<Record<string, unknown>>[]): string {
  const hash = createHash('sha1')
  for (const entry of entries) {
    for (const [key, value] of Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      if (typeof value === 'string' || typeof value === 'number') hash.update(`${key}:${value}\n`)
    }
  }
  return hash.digest('hex')
}

export function withDigest(
  entries: readonly Readonly<Record<string, unknown>>[],
): Record<string, unknown>[] {
  const digest = listDigest(entries)
  return entries.map((entry) => ({ ...entry, digest }))
}
