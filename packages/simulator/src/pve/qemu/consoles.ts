import { failed, Fault } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { CallContext } from '../context.js'
import { openConsole, waitForTerminal, waitForViewer } from '../guest/console.js'
import { spiceViewer } from '../guest/spice-viewer.js'
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
    const { params } = context
    const vm = vmOf(context, params)
    const { vmid } = vm
    const { main } = vm.config
    if (!vm.isRunning) throw failed(`VM ${vmid} not running`)
    if (!readVga(main.get('vga'))?.type?.startsWith('qxl')) throw failed('no spice port')
    const name = main.get('name')
    const title = name ? `VM ${vmid} - ${name}` : `VM ${vmid}`
    return spiceViewer(context, { vmid, title, proxy: params.proxy })
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
