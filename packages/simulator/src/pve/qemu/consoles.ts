import { createHmac, randomBytes } from 'node:crypto'
import { failed, Fault } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { CallContext } from '../context.js'
import { openConsole, waitForTerminal, waitForViewer } from '../guest/console.js'
import { rootCertificate } from '../root-certificate.js'
import { readVga } from './vga.js'
import type { Vm } from './vm.js'

export const vncProxy: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/vncproxy',
  async (context) => {
    const { params, cluster } = context
    const vm = vmOf(context, params)
    const serial = serialOf(vm)
    const cert = await rootCertificate(cluster.config)
    const hasPassword =
      params['generate-password'] === '1' || serial === undefined || params.websocket === '1'
    const { vmid } = vm
    const opened = await openConsole(context, { vmid, hasPassword, body: () => waitForViewer })
    return { ...opened, cert }
  },
)

export const termProxy: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/termproxy',
  (context) => {
    const { params } = context
    const vm = vmOf(context, params)
    const { vmid } = vm
    const serial = params.serial ?? serialOf(vm)
    const terminal = `/usr/sbin/qm terminal ${vmid} -escape 0${serial ? ` -iface ${serial}` : ''}`
    return openConsole(context, {
      vmid,
      hasPassword: false,
      body: (port) =>
        waitForTerminal(
          `/usr/bin/termproxy ${port} --path /vms/${vmid} --perm VM.Console --vncticket-endpoint ` +
            `--verify-port --ticket-fd 14 -- ${terminal}`,
        ),
    })
  },
)

/** Only the check before the upgrade: what would flow over the socket is not simulated. */
export const vncWebsocket: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/vncwebsocket',
  async (context) => {
    const { params, cluster, user } = context
    const { port, vncticket, vmid } = params
    const path = `/vms/${vmid}`
    if (!(await cluster.tickets.isConsoleTicket(vncticket, { user, path, port }))) {
      throw new Fault(401, 'permission denied - invalid PVEVNC ticket')
    }
    vmOf(context, params)
    return { port }
  },
)

export const spiceProxy: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/spiceproxy',
  async (context) => {
    const { params, cluster, node, clock } = context
    const vm = vmOf(context, params)
    const { vmid } = vm
    const { main } = vm.config
    if (!vm.isRunning) throw failed(`VM ${vmid} not running`)
    if (!readVga(main.get('vga'))?.type?.startsWith('qxl')) throw failed('no spice port')
    const port = spicePort(context, vm)
    const name = main.get('name')
    const host = domainName(cluster.node(node).files['/etc/hosts'], node)
    return {
      type: 'spice',
      title: name ? `VM ${vmid} - ${name}` : `VM ${vmid}`,
      proxy: `http://${params.proxy ?? host}:3128`,
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
  },
)

/** Consoles are opened on the node that is asked, wherever the machine runs. */
function vmOf(
  { cluster, node }: CallContext<unknown>,
  params: { readonly node: string; readonly vmid: string },
): Vm {
  const vm = cluster.qemu(params.node === 'localhost' ? node : params.node, Number(params.vmid))
  vm.requireConfig()
  return vm
}

/** The serial port that stands in for a screen, if one does. */
function serialOf(vm: Vm): string | undefined {
  const type = readVga(vm.config.main.get('vga'))?.type
  return type !== undefined && /^serial\d+$/.test(type) ? type : undefined
}

/** Running machines with such a screen are numbered from 61000 on. */
function spicePort({ cluster }: CallContext<unknown>, vm: Vm): number {
  const running = [...cluster.state.guests.keys()].toSorted((a, b) => a - b)
  return 61_000 + running.indexOf(vm.vmid)
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
