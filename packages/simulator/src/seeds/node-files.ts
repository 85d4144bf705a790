import type { Seed } from './seed.js'

/** What lies outside `/etc/pve` on a freshly installed node. */
export function nodeFiles({
  name,
  ip,
  seed,
}: {
  readonly name: string
  readonly ip: string
  readonly seed: Seed
}): Record<string, string> {
  const gateway = ip.includes(':') ? `${ip.replace(/:[^:]*$/, '')}:1` : ip.replace(/\d+$/, '1')
  const prefix = ip.includes(':') ? 64 : 24
  const hosts = Object.entries(seed.nodes).map(
    ([other, { ip: address = other === name ? ip : '' }]) =>
      address && `${address} ${other}.example.com ${other}`,
  )
  return {
    '/etc/hosts': `127.0.0.1 localhost.localdomain localhost\n${hosts.filter((line) => line).join('\n')}\n`,
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

source /etc/network/interfaces.d/*
`,
    '/etc/resolv.conf': `search example.com\nnameserver ${gateway}\n`,
    '/etc/timezone': 'Etc/UTC\n',
  }
}
