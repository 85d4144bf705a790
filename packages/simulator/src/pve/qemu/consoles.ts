import { Shell } from '../../engine/console/shell.js'
import type { Print, TerminalProgram } from '../../engine/console/terminal.js'
import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { nodeOfGuest, openGuestScreen, openGuestTerminal } from '../console/guest-console.js'
import { enterConsole } from '../console/open-console.js'
import { spiceViewer } from '../console/spice-viewer.js'
import { endedProgram } from '../console/term-proxy.js'
import { vncScreen } from '../console/vnc-screen.js'
import type { CallContext } from '../context.js'
import { readVga } from './vga.js'
import type { Vm } from './vm.js'

// qemu-server API2/Qemu.pm: vncproxy
const openScreen = handle('POST', '/nodes/{node}/qemu/{vmid}/vncproxy', (context) => {
  const { params } = context
  const vm = vmOf(context, params)
  const { vmid } = vm
  const serial = serialOf(vm)
  const hasWebSocket = params.websocket === '1'
  return openGuestScreen(context, {
    vmid,
    hasPassword: params['generate-password'] === '1' || serial === undefined || hasWebSocket,
    serve: vncScreen({
      title: serial === undefined ? `QEMU (${hostnameOf(vm)})` : 'VNC Command Terminal',
      hasWebSocket,
      isRunning: () => vm.isRunning,
      missed: () => 'connection timed out',
      stopped: { log: `VM ${vmid} not running`, failure: 'Failed to run vncproxy.' },
    }),
  })
})

// qemu-server API2/Qemu.pm: termproxy
const openTerminal = handle('POST', '/nodes/{node}/qemu/{vmid}/termproxy', (context) => {
  const { params } = context
  const vm = vmOf(context, params)
  const { vmid } = vm
  const serial = params.serial ?? serialOf(vm)
  return openGuestTerminal(context, {
    vmid,
    command: `/usr/sbin/qm terminal ${vmid} -escape 0${serial ? ` -iface ${serial}` : ''}`,
    start: (print) => startTerminal(vm, { wanted: serial, print }),
  })
})

// qemu-server API2/Qemu.pm: vncwebsocket
const enter = handle('GET', '/nodes/{node}/qemu/{vmid}/vncwebsocket', async (context) => {
  const answer = await enterConsole(context, `/vms/${context.params.vmid}`)
  vmOf(context, context.params)
  return answer
})

// qemu-server API2/Qemu.pm: spiceproxy
const describeViewer = handle('POST', '/nodes/{node}/qemu/{vmid}/spiceproxy', async (context) => {
  const { params } = context
  const vm = vmOf(context, params)
  const { vmid } = vm
  const { main } = vm.config
  if (!vm.isRunning) throw failed(`VM ${vmid} not running`)
  if (!readVga(main.get('vga'))?.type?.startsWith('qxl')) throw failed('no spice port')
  const name = main.get('name')
  const title = name ? `VM ${vmid} - ${name}` : `VM ${vmid}`
  return spiceViewer(context, { vmid, title, proxy: params.proxy })
})

export const consoleHandlers: readonly Handler[] = [openScreen, openTerminal, enter, describeViewer]

function vmOf(
  context: CallContext<unknown>,
  params: { readonly node: string; readonly vmid: string },
): Vm {
  const vm = context.cluster.qemu(nodeOfGuest(context, params), Number(params.vmid))
  vm.requireConfig()
  return vm
}

/** The serial port that stands in for a screen, if one does. */
function serialOf(vm: Vm): string | undefined {
  const type = readVga(vm.config.main.get('vga'))?.type
  return type !== undefined && /^serial\d+$/.test(type) ? type : undefined
}

function startTerminal(
  vm: Vm,
  { wanted, print }: { readonly wanted: string | undefined; readonly print: Print },
): TerminalProgram {
  const serial = wanted ?? serials.find((name) => vm.config.main.get(name) === 'socket')
  const reason = refuseTerminal(vm, serial)
  if (reason !== undefined) return endedProgram(print, reason)
  print(`starting serial terminal on interface ${serial}\r\n`)
  return new Shell({ hostname: hostnameOf(vm), user: 'root', print })
}

/** qemu-server CLI/qm.pm: terminal */
function refuseTerminal(vm: Vm, serial: string | undefined): string | undefined {
  if (serial === undefined) return 'unable to find a serial interface'
  const type = vm.config.main.get(serial)
  if (type === undefined) return `serial interface '${serial}' is not configured`
  if (type !== 'socket') return `wrong serial type on interface '${serial}'`
  return vm.isRunning ? undefined : `VM ${vm.vmid} not running`
}

const serials = ['serial0', 'serial1', 'serial2', 'serial3']

function hostnameOf(vm: Vm): string {
  return vm.config.main.get('name') ?? `VM${vm.vmid}`
}
