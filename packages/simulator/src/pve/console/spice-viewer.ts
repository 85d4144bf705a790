import { createHmac, randomBytes } from 'node:crypto'
import type { CallContext } from '../context.js'
import { rootCertificate } from '../root-certificate.js'

interface SpiceScreen {
  /** 0 for a node. */
  readonly vmid: number
  readonly title: string
  /** Host of the proxy that the client asked for. */
  readonly proxy: string | undefined
}

/** What a viewer needs to show a screen. pve-access-control AccessControl.pm: remote_viewer_config */
export async function spiceViewer(
  context: CallContext<unknown>,
  { vmid, title, proxy }: SpiceScreen,
): Promise<Readonly<Record<string, string | number>>> {
  const { cluster, node, clock } = context
  const port = spicePort(context, vmid)
  const host = domainName(cluster.node(node).files['/etc/hosts'], node)
  return {
    type: 'spice',
    title,
    proxy: `http://${proxy ?? host}:3128`,
    host: spiceTicket({ vmid, node, port, now: clock.now() }),
    'tls-port': port,
    'host-subject': `OU=PVE Cluster Node,O=Proxmox Virtual Environment,CN=${host}`,
    ca: (await rootCertificate(cluster.config)).replaceAll('\n', String.raw`\n`),
    password: randomBytes(20).toString('hex'),
    'delete-this-file': 1,
    'secure-attention': 'Ctrl+Alt+Ins',
    'toggle-fullscreen': 'Shift+F11',
    'release-cursor': 'Ctrl+Alt+R',
  }
}

/** Guests that run are numbered from 61000 on; a node comes behind them. */
function spicePort({ cluster }: CallContext<unknown>, vmid: number): number {
  const running = [...cluster.state.guests.keys()].toSorted((a, b) => a - b)
  return 61_000 + (vmid === 0 ? running.length : running.indexOf(vmid))
}

/** pve-common Ticket.pm: assemble_spice_ticket */
function spiceTicket(options: { vmid: number; node: string; port: number; now: number }): string {
  const { vmid, node, port, now } = options
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')
  const plain = `pvespiceproxy:${seconds}:${vmid}:${node.toLowerCase()}:${port}`
  return `${plain}::${createHmac('sha1', spiceSecret).update(plain).digest('hex')}`
}

const spiceSecret = randomBytes(20)

/** The full name that a node gives itself in its hosts file. */
function domainName(hosts: string | undefined, node: string): string {
  const words = hosts?.split(/\s+/) ?? []
  return words.find((word) => word.startsWith(`${node}.`)) ?? node
}
