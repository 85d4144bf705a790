import { handle, type Handler } from '../../engine/handle.js'

// pve-manager API2/Nodes.pm: dns; pve-common INotify.pm: read_etc_resolv_conf
export const readDns: Handler = handle('GET', '/nodes/{node}/dns', ({ cluster, node }) => {
  const dns: Record<string, string> = {}
  let count = 0
  for (const line of (cluster.node(node).files['/etc/resolv.conf'] ?? '').split('\n')) {
    const search = /^(?:search|domain)\s+(\S+)/.exec(line)?.[1]
    if (search !== undefined) dns.search = search
    const server = /^\s*nameserver\s+([\da-fA-F:.]+)(?:\s|$)/.exec(line)?.[1]
    if (server === undefined) continue
    count += 1
    if (count <= 3) dns[`dns${count}`] = server
  }
  return dns
})
