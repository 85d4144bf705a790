import type { Cluster } from '../../cluster.js'

/** A template that can be fetched, by the fields of the index. */
export type Appliance = Readonly<Record<string, string>>

const directory = '/var/lib/pve-manager/apl-info/'

/**
 * The templates that the indexes of a node list, by their file names. A node that never fetched an index lists none.
 *
 * pve-manager APLInfo.pm: read_aplinfo
 */
export function readAppliances(cluster: Cluster, node: string): ReadonlyMap<string, Appliance> {
  const texts = Object.entries(cluster.node(node).files).flatMap(([path, text]) =>
    path.startsWith(directory) ? [text] : [],
  )
  const appliances = texts
    .flatMap((text) => text.split(/\n{2,}/))
    .map(readStanza)
    .filter((appliance) => appliance.package !== undefined)
  return new Map(appliances.map((appliance) => [appliance.template ?? '', appliance]))
}

function readStanza(text: string): Appliance {
  const fields: Record<string, string> = {}
  let last: string | undefined
  for (const line of text.split('\n')) {
    const [, key, value = ''] = /^([\w-]+):\s*(.*?)\s*$/.exec(line) ?? []
    if (key !== undefined) {
      last = key.toLowerCase()
      fields[last] = value
    } else if (last !== undefined && /^\s/.test(line)) {
      fields[last] = `${fields[last] ?? ''}\n${line.trim()}`.trimStart()
    }
  }
  const location = fields.location ?? ''
  return { ...fields, template: location.slice(location.lastIndexOf('/') + 1) }
}
