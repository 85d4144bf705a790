import type { Definition } from '@proxkit/schema'
import { LoginPrompt } from '../../engine/console/login-prompt.js'
import { Shell } from '../../engine/console/shell.js'
import type { Print, TerminalProgram } from '../../engine/console/terminal.js'
import { permissionDenied } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { requirePassword } from '../access/authenticate.js'
import { requireUserId } from '../access/user-id.js'
import { enterConsole, openConsole } from '../console/open-console.js'
import { spiceViewer } from '../console/spice-viewer.js'
import { endedProgram, termProxy } from '../console/term-proxy.js'
import { vncScreen } from '../console/vnc-screen.js'
import type { CallContext } from '../context.js'
import { rootCertificate } from '../root-certificate.js'

// pve-manager API2/Nodes.pm: vncshell
const openScreen = handle('POST', '/nodes/{node}/vncshell', async (context) => {
  const { params, cluster } = context
  requireCommand(context)
  cluster.host(params.node)
  const hasWebSocket = params.websocket === '1'
  const cert = await rootCertificate(cluster.config)
  const opened = await openConsole(context, {
    path: `/nodes/${params.node}`,
    task: { type: 'vncshell', id: '' },
    hasPassword: hasWebSocket && tellsPassword(cluster.definition),
    serve: vncScreen({
      title: 'VNC Command Terminal',
      hasWebSocket,
      isRunning: () => cluster.isOnline(params.node),
      // Only the system log tells of it.
      missed: () => undefined,
    }),
  })
  return { ...opened, cert }
})

/** Versions before 9.2 have no password beside the ticket. */
function tellsPassword(definition: Definition): boolean {
  const { properties } = definition.method('POST', '/nodes/{node}/vncshell')?.returns ?? {}
  return properties?.password !== undefined
}

// pve-manager API2/Nodes.pm: termproxy
const openTerminal = handle('POST', '/nodes/{node}/termproxy', (context) => {
  const { params, cluster } = context
  cluster.host(params.node)
  const path = `/nodes/${params.node}`
  return openConsole(context, {
    path,
    task: { type: 'vncshell', id: '' },
    hasPassword: false,
    serve: termProxy(context, {
      path,
      privilege: 'Sys.Console',
      command: commandLine(context),
      start: (print) => startTerminal(context, print),
    }),
  })
})

// pve-manager API2/Nodes.pm: vncwebsocket
const enter = handle('GET', '/nodes/{node}/vncwebsocket', (context) =>
  enterConsole(context, `/nodes/${context.params.node}`),
)

// pve-manager API2/Nodes.pm: spiceshell
const describeViewer = handle('POST', '/nodes/{node}/spiceshell', (context) => {
  const { node, params, startTask } = context
  requireCommand(context)
  // A terminal server that nobody connects to ends, and only the system log tells of that.
  startTask('spiceshell', '', (task) => task.sleep(40_000))
  return spiceViewer(context, { vmid: 0, title: `Shell on '${node}'`, proxy: params.proxy })
})

export const consoleHandlers: readonly Handler[] = [openScreen, openTerminal, enter, describeViewer]

/** Tokens have no screens here, and only root chooses what runs. */
function requireCommand({ user, params }: CallContext<{ readonly cmd?: string }>): void {
  requireUserId(user)
  if (params.cmd !== undefined && params.cmd !== 'login' && user !== 'root@pam') {
    throw permissionDenied('user != root@pam')
  }
}

/** pve-manager API2/Nodes.pm: get_shell_command */
function commandLine({
  user,
  params,
}: CallContext<{ readonly cmd?: string; readonly 'cmd-opts'?: string }>): string {
  if (user !== 'root@pam') return '/bin/login'
  if (params.cmd === 'upgrade') return '/usr/bin/pveupgrade --shell'
  if (params.cmd !== 'ceph_install') return '/bin/login -f root'
  return ['/usr/bin/pveceph install', ...(params['cmd-opts']?.split('\0') ?? [])].join(' ')
}

/** Root is at a shell at once; everybody else has to log in as a user of the node. */
function startTerminal(
  { cluster, user, params: { node } }: CallContext<{ readonly node: string }>,
  print: Print,
): TerminalProgram {
  if (!cluster.isOnline(node)) {
    const { ip } = cluster.host(node)
    return endedProgram(print, `ssh: connect to host ${ip} port 22: No route to host`)
  }
  if (user === 'root@pam') return new Shell({ hostname: node, user: 'root', print })
  return new LoginPrompt({
    hostname: node,
    print,
    isPassword: (name, password) =>
      requirePassword(cluster, `${name}@pam`, password).then(
        () => true,
        () => false,
      ),
  })
}
