import type { CallContext } from '../context.js'
import { rootCertificate } from '../root-certificate.js'
import { openConsole, type Console, type ConsoleServer } from './open-console.js'
import { termProxy, type TermProxy } from './term-proxy.js'

interface GuestScreen {
  readonly vmid: number
  /** A password for the screen protocol, beside the ticket. */
  readonly hasPassword: boolean
  readonly serve: ConsoleServer
}

/** Opens the screen of a guest, of a machine as of a container. */
export async function openGuestScreen(
  context: CallContext<unknown>,
  { vmid, ...screen }: GuestScreen,
): Promise<Console & { readonly cert: string }> {
  const cert = await rootCertificate(context.cluster.config)
  return { ...(await openConsole(context, { ...consoleOf(vmid), ...screen })), cert }
}

/** Opens a terminal of a guest. */
export function openGuestTerminal(
  context: CallContext<unknown>,
  { vmid, ...program }: Pick<TermProxy, 'command' | 'start'> & { readonly vmid: number },
): Promise<Console> {
  const { path } = consoleOf(vmid)
  return openConsole(context, {
    ...consoleOf(vmid),
    hasPassword: false,
    serve: termProxy(context, { path, privilege: 'VM.Console', ...program }),
  })
}

/** Consoles are opened on the node that is asked, wherever the guest runs: the node that it is looked for on. */
export function nodeOfGuest(
  { node }: CallContext<unknown>,
  params: { readonly node: string },
): string {
  return params.node === 'localhost' ? node : params.node
}

function consoleOf(vmid: number): {
  readonly path: string
  readonly task: { readonly type: string; readonly id: number }
  readonly guest: number
} {
  return { path: `/vms/${vmid}`, task: { type: 'vncproxy', id: vmid }, guest: vmid }
}
