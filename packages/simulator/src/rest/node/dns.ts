import { handleRest, listOf, textOf, type RestHandler } from '../context.js'
import { bad } from '../rest-fault.js'
import { sha256 } from '../section-file.js'

const file = '/etc/resolv.conf'
const servers = ['dns1', 'dns2', 'dns3'] as const

interface Resolver {
  readonly search?: string
  readonly dns1?: string
  readonly dns2?: string
  readonly dns3?: string
  /** All other lines. */
  readonly options?: string
}

// proxmox-backup src/api2/node/dns.rs: read_etc_resolv_conf
const read = handleRest('GET', '/nodes/{node}/dns', ({ cluster, node }) => {
  const text = cluster.node(node).files[file] ?? ''
  return { ...parseResolver(text), digest: sha256(text) }
})

// proxmox-backup src/api2/node/dns.rs: update_dns
const update = handleRest('PUT', '/nodes/{node}/dns', ({ params, cluster, node }) => {
  const { files } = cluster.node(node)
  const text = files[file] ?? ''
  if (typeof params.digest === 'string' && params.digest !== sha256(text)) {
    throw bad('detected modified configuration - file changed by other user? Try again.')
  }
  const resolver: Record<string, string | undefined> = { ...parseResolver(text) }
  for (const name of listOf(params, 'delete')) delete resolver[name]
  for (const name of ['search', ...servers]) {
    const value = textOf(params, name)
    if (value !== undefined) resolver[name] = value
  }
  const lines = [
    ...(resolver.search === undefined ? [] : [`search ${resolver.search}\n`]),
    ...servers.flatMap((name) => {
      const address = resolver[name]
      return address === undefined ? [] : [`nameserver ${address}\n`]
    }),
  ]
  cluster.state.writeNodeFile(node, file, lines.join('') + (resolver.options ?? ''))
})

export const dnsHandlers: readonly RestHandler[] = [read, update]

function parseResolver(text: string): Resolver {
  const found: Record<string, string> = {}
  const others: string[] = []
  let count = 0
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const search = /^\s*(?:search|domain)\s+(\S+)/.exec(line)?.[1]
    const server = /^\s*nameserver\s+([\da-fA-F:.]+)/.exec(line)?.[1]
    if (search !== undefined) found.search = search
    else if (server === undefined) others.push(line)
    else {
      count += 1
      if (count <= servers.length) found[`dns${count}`] = server
    }
  }
  const options = others.join('\n')
  return { ...found, ...(options !== '' && { options }) }
}
