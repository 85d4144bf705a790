/** What lies outside `/etc/pve` on a freshly installed node. */
export function nodeFiles({
  name,
  addresses,
  bridges = [],
}: {
  readonly name: string
  /** Of all nodes, by name. */
  readonly addresses: ReadonlyMap<string, string>
  readonly bridges?: readonly string[] | undefined
}): Record<string, string> {
  const ip = addresses.get(name) ?? ''
  const gateway = ip.includes(':') ? `${ip.replace(/:[^:]*$/, '')}:1` : ip.replace(/\d+$/, '1')
  const prefix = ip.includes(':') ? 64 : 24
  const hosts = [...addresses].map(([node, address]) => `${address} ${node}.example.com ${node}\n`)
  return {
    '/etc/hosts': `127.0.0.1 localhost.localdomain localhost\n${hosts.join('')}`,
    '/etc/network/interfaces': `auto lo
iface lo inet loopback

iface nic0 inet manual

auto vmbr0
iface vmbr0 inet${ip.includes(':') ? '6' : ''} static
	address ${ip}/${prefix}
	gateway ${gateway}
	bridge-ports nic0
	bridge-stp off
	bridge-fd 0

${bridges.map(formatBridge).join('')}source /etc/network/interfaces.d/*
`,
    '/etc/resolv.conf': `search example.com\nnameserver ${gateway}\n`,
    '/etc/timezone': 'Etc/UTC\n',
  }
}

function formatBridge(name: string): string {
  return `auto ${name}
iface ${name} inet manual
	bridge-ports none
	bridge-stp off
	bridge-fd 0

`
}
