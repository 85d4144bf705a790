import { failed } from '../../engine/fault.js'
import { sectionOf, type CorosyncSection } from './corosync.js'

/** An address of a node for the traffic of the cluster. */
export interface Link {
  readonly address: string
  readonly priority?: string
}

type Params = Readonly<Record<string, string | undefined>>

/** The links that were given, by number. pve-cluster Corosync.pm: extract_corosync_link_args */
export function linksOf(params: Params): Map<string, Link> {
  const links = new Map<string, Link>()
  for (const number of numbers) {
    const text = params[`link${number}`]
    if (text !== undefined) links.set(number, parseLink(text))
  }
  return links
}

const numbers = ['0', '1', '2', '3', '4', '5', '6', '7'] as const

function parseLink(text: string): Link {
  const parts = new Map(
    text.split(',').map((part): [string, string] => {
      const [name = '', value] = part.split('=')
      return value === undefined ? ['address', name] : [name, value]
    }),
  )
  const priority = parts.get('priority')
  return { address: parts.get('address') ?? '', ...(priority !== undefined && { priority }) }
}

/** The links of a node that is to be added, which have to be those of the others. API2/ClusterConfig.pm: addnode */
export function requireLinks(params: Params, members: CorosyncSection): ReadonlyMap<string, Link> {
  const links = linksOf(params)
  const others = Object.keys(members).filter((name) => name !== params.node)
  for (const { address } of links.values()) {
    for (const name of others) {
      for (const [key, value] of Object.entries(sectionOf(members, name))) {
        if (!/^ring[0-7]_addr$/.test(key) || value !== address) continue
        throw failed(`corosync: address '${address}' already used on link ${key} by node '${name}'`)
      }
    }
  }
  const present = linkNumbers(sectionOf(members, Object.keys(members)[0] ?? ''))
  const [only] = links.values()
  const isLegacy =
    params.new_node_ip === undefined && links.size === 1 && (params.apiversion ?? '0') === '0'
  if (links.size > 0 && !isLegacy) {
    for (const number of numbers) {
      if (present.includes(number) && !links.has(number)) {
        throw failed(
          `corosync: link ${number} exists in cluster config but wasn't specified for new node`,
        )
      }
      if (!present.includes(number) && links.has(number)) {
        throw failed(
          `corosync: link ${number} specified for new node doesn't exist in cluster config`,
        )
      }
    }
    return links
  }
  const address = isLegacy ? only?.address : params.new_node_ip
  if (address === undefined) {
    throw failed('no links and no fallback ip (new_node_ip) given, cannot join cluster')
  }
  const [number] = present
  if (number !== undefined && present.length === 1) return new Map([[number, { address }]])
  throw failed(
    isLegacy
      ? `cluster has ${present.length} links, but only 1 given`
      : 'no links given but multiple links found on other nodes, fallback only supported on single-link clusters',
  )
}

/** The numbers of the links that a node has. */
export function linkNumbers(node: CorosyncSection): string[] {
  return Object.keys(node).flatMap((key) => /^ring([0-7])_addr$/.exec(key)?.[1] ?? [])
}
