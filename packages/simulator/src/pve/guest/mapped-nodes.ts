import type { ConfigTree } from '../../engine/config-tree.js'

/** A device or directory of the nodes under one name. */
export interface Mapping {
  /** Nodes that have it. */
  readonly nodes: ReadonlySet<string>
  readonly canMigrateLive: boolean
}

/** Mappings of one kind by name. pve-guest-common Mapping/PCI.pm, USB.pm, Dir.pm: config, get_node_mapping */
export function mappingsOf(
  config: ConfigTree,
  kind: 'pci' | 'usb' | 'directory',
): ReadonlyMap<string, Mapping> {
  return config.parse(`mapping/${kind}.cfg`, readMappings)
}

function readMappings(text: string): ReadonlyMap<string, Mapping> {
  const sections = text.split(/\n(?=\S)/).flatMap((section) => {
    const [header = '', ...options] = section.split('\n')
    const name = header.replace(/^\w+:/, '').trim()
    const nodes = options.flatMap((line) => /^\s+map .*\bnode=([^,\s]+)/.exec(line)?.[1] ?? [])
    const canMigrateLive = options.some((line) => /^\s+live-migration-capable 1/.test(line))
    return name === '' ? [] : [[name, { nodes: new Set(nodes), canMigrateLive }] as const]
  })
  return new Map(sections)
}
