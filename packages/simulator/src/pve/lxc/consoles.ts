import { failed, Fault } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { CallContext } from '../context.js'
import { openConsole, waitForTerminal } from '../guest/console.js'
import { spiceViewer } from '../guest/spice-viewer.js'
import { rootCertificate } from '../root-certificate.js'
import type { Container } from './container.js'

// pve-container API2/LXC.pm: vncproxy
const vncProxy = handle('POST', '/nodes/{node}/lxc/{vmid}/vncproxy', async (context) => {
  const { params, cluster } = context
  const container = containerOf(context, params)
  const { vmid } = container
  const hasPassword = params.websocket === '1'
  const cert = await rootCertificate(cluster.config)
  const size = [
    ...(params.width ? [` -width ${params.width}`] : []),
    ...(params.height ? [` -height ${params.height}`] : []),
  ].join('')
  const security = hasPassword ? ' -notls -listen localhost' : ''
  const opened = await openConsole(context, {
    vmid,
    hasPassword,
    body: (port) =>
      waitForTerminal(
        `/usr/bin/vncterm -rfbport ${port} -timeout 10 -authpath /vms/${vmid} -perm VM.Console ` +
          `-verify-port${size}${security} -c ${terminal(container, '-1')}`,
      ),
  })
  return { ...opened, cert }
})

// pve-container API2/LXC.pm: termproxy
const termProxy = handle('POST', '/nodes/{node}/lxc/{vmid}/termproxy', (context) => {
  const container = containerOf(context, context.params)
  const { vmid } = container
  return openConsole(context, {
    vmid,
    hasPassword: false,
    body: (port) =>
      waitForTerminal(
        `/usr/bin/termproxy ${port} --path /vms/${vmid} --perm VM.Console --vncticket-endpoint ` +
          `--verify-port --ticket-fd 14 -- ${terminal(container, '-1')}`,
      ),
  })
})

/** Only the check before the upgrade: what would flow over the socket is not simulated. */
// pve-container API2/LXC.pm: vncwebsocket
const vncWebsocket = handle('GET', '/nodes/{node}/lxc/{vmid}/vncwebsocket', async (context) => {
  const { params, cluster, user } = context
  const { port, vncticket, vmid } = params
  const path = `/vms/${vmid}`
  if (!(await cluster.tickets.isConsoleTicket(vncticket, { user, path, port }))) {
    throw new Fault(401, 'permission denied - invalid PVEVNC ticket')
  }
  return { port }
})

// pve-container API2/LXC.pm: spiceproxy
const spiceProxy = handle('POST', '/nodes/{node}/lxc/{vmid}/spiceproxy', (context) => {
  const { params, cluster } = context
  const container = cluster.lxc(context.node, Number(params.vmid))
  container.requireConfig()
  const { vmid } = container
  if (!container.isRunning) throw failed(`CT ${vmid} not running`)
  // A terminal server that nobody connects to ends, and only the system log tells of that.
  context.startTask('spiceproxy', vmid, (task) => task.sleep(patience))
  return spiceViewer(context, { vmid, title: `CT ${vmid}`, proxy: params.proxy })
})

export const consoleHandlers: readonly Handler[] = [vncProxy, termProxy, vncWebsocket, spiceProxy]

/** Milliseconds that a terminal server waits. */
const patience = 40_000

/** Consoles are opened on the node that is asked, wherever the container runs. */
function containerOf(
  { cluster, node }: CallContext<unknown>,
  params: { readonly node: string; readonly vmid: string },
): Container {
  const container = cluster.lxc(
    params.node === 'localhost' ? node : params.node,
    Number(params.vmid),
  )
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
