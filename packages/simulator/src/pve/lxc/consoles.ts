import { Shell } from '../../engine/console/shell.js'
import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { nodeOfGuest, openGuestScreen, openGuestTerminal } from '../console/guest-console.js'
import { enterConsole } from '../console/open-console.js'
import { spiceViewer } from '../console/spice-viewer.js'
import { endedProgram } from '../console/term-proxy.js'
import { vncScreen } from '../console/vnc-screen.js'
import { vncTerm } from '../console/vnc-term.js'
import type { CallContext } from '../context.js'
import type { Container } from './container.js'

// pve-container API2/LXC.pm: vncproxy
const openScreen = handle('POST', '/nodes/{node}/lxc/{vmid}/vncproxy', (context) => {
  const { params } = context
  const container = containerOf(context, params)
  const { vmid } = container
  const hasWebSocket = params.websocket === '1'
  const path = `/vms/${vmid}`
  return openGuestScreen(context, {
    vmid,
    hasPassword: hasWebSocket,
    serve: vncScreen({
      title: 'VNC Command Terminal',
      hasWebSocket,
      isRunning: () => container.isRunning,
      missed: (port) => {
        const command = vncTerm({ ...params, port, path, privilege: 'VM.Console' })
        return `command '${command} -c ${terminal(container, '-1')}' failed: exit code 1`
      },
    }),
  })
})

// pve-container API2/LXC.pm: termproxy
const openTerminal = handle('POST', '/nodes/{node}/lxc/{vmid}/termproxy', (context) => {
  const container = containerOf(context, context.params)
  const { vmid } = container
  return openGuestTerminal(context, {
    vmid,
    command: terminal(container, '-1'),
    start: (print) =>
      container.isRunning
        ? new Shell({ hostname: hostnameOf(container), user: 'root', print })
        : endedProgram(print, `lxc-console: ${vmid}: ${vmid} is not running`),
  })
})

// pve-container API2/LXC.pm: vncwebsocket
const enter = handle('GET', '/nodes/{node}/lxc/{vmid}/vncwebsocket', (context) =>
  enterConsole(context, `/vms/${context.params.vmid}`),
)

// pve-container API2/LXC.pm: spiceproxy
const describeViewer = handle('POST', '/nodes/{node}/lxc/{vmid}/spiceproxy', (context) => {
  const { params, cluster } = context
  const container = cluster.lxc(context.node, Number(params.vmid))
  container.requireConfig()
  const { vmid } = container
  if (!container.isRunning) throw failed(`CT ${vmid} not running`)
  // A terminal server that nobody connects to ends, and only the system log tells of that.
  context.startTask('spiceproxy', vmid, (task) => task.sleep(patience))
  return spiceViewer(context, { vmid, title: `CT ${vmid}`, proxy: params.proxy })
})

export const consoleHandlers: readonly Handler[] = [openScreen, openTerminal, enter, describeViewer]

/** Milliseconds that a terminal server waits. */
const patience = 40_000

function containerOf(
  context: CallContext<unknown>,
  params: { readonly node: string; readonly vmid: string },
): Container {
  const container = context.cluster.lxc(nodeOfGuest(context, params), Number(params.vmid))
  container.requireConfig()
  return container
}

/** What a terminal runs. LXC.pm: get_console_command */
function terminal({ vmid, config }: Container, escape: string): string {
  const commands: Readonly<Record<string, string>> = {
    console: `lxc-console -n ${vmid} -t 0 -e ${escape}`,
    shell: `lxc-attach --clear-env -n ${vmid}`,
  }
  const command =
    commands[config.main.get('cmode') ?? 'tty'] ?? `lxc-console -n ${vmid} -e ${escape}`
  return `/usr/bin/dtach -A /var/run/dtach/vzctlconsole${vmid} -r winch -z ${command}`
}

function hostnameOf({ vmid, config }: Container): string {
  return config.main.get('hostname') ?? `CT${vmid}`
}
