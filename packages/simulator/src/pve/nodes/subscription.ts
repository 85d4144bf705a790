import { createHash } from 'node:crypto'
import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'

const path = '/nodes/{node}/subscription'
const file = '/etc/subscription'
const url = 'https://www.proxmox.com/en/proxmox-virtual-environment/pricing'

/** What is known of a key: kept as JSON, unlike the product's own form, which is signed. */
interface Subscription {
  readonly key: string
  readonly status: string
  readonly message?: string
  readonly serverid: string
  readonly checktime: number
}

// pve-manager API2/Subscription.pm: get
const read = handle('GET', path, ({ cluster, node, rights }) => {
  const maySee = rights.has(`/nodes/${node}`, 'Sys.Audit')
  const known = subscriptionOf(cluster, node)
  if (!known) {
    const none = { status: 'notfound', message: 'There is no subscription key', url }
    return maySee ? { ...none, serverid: serverId(node) } : none
  }
  const { status, message } = known
  if (!maySee) return { status, ...(message !== undefined && { message }), url }
  return { ...known, sockets: cluster.node(node).cpu.sockets, url }
})

// pve-manager API2/Subscription.pm: set
const write = handle('PUT', path, ({ params, cluster, node }) => {
  const key = params.key.trim()
  requireSockets(cluster, { node, key })
  save(cluster, node, {
    key,
    status: 'invalid',
    message: notChecked,
    serverid: serverId(node),
    checktime: cluster.now(),
  })
})

// pve-manager API2/Subscription.pm: update
const check = handle('POST', path, ({ cluster, node }) => {
  const known = subscriptionOf(cluster, node)
  if (!known) return
  requireSockets(cluster, { node, key: known.key })
  save(cluster, node, { ...known, checktime: cluster.now() })
})

// pve-manager API2/Subscription.pm: delete
const remove = handle('DELETE', path, ({ cluster, node }) => {
  cluster.state.writeNodeFile(node, file, undefined)
})

export const subscriptionHandlers: readonly Handler[] = [read, write, check, remove]

/** There is no shop to ask: no key is ever found to be good. */
const notChecked = 'the simulator cannot ask the shop about keys'

function subscriptionOf(cluster: Cluster, node: string): Subscription | undefined {
  const text = cluster.node(node).files[file]
  if (text === undefined) return undefined
  const known: Subscription = JSON.parse(text)
  return known
}

function save(cluster: Cluster, node: string, known: Subscription): void {
  cluster.state.writeNodeFile(node, file, JSON.stringify(known))
}

/** A key names the number of sockets it is for: `pve2c-…`. pve-manager API2/Subscription.pm: check_key */
function requireSockets(
  cluster: Cluster,
  { node, key }: { readonly node: string; readonly key: string },
): void {
  const count = Number(/^pve(\d+)/.exec(key)?.[1] ?? '0')
  const { sockets } = cluster.node(node).cpu
  if (count < sockets) throw failed(`wrong number of sockets (${count} < ${sockets})`)
}

function serverId(node: string): string {
  return createHash('md5').update(node).digest('hex').toUpperCase()
}
