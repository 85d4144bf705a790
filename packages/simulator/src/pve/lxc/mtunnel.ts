import { handle, type Handler } from '../../engine/handle.js'
import { openTunnel } from '../remote/open-tunnel.js'
import { takeFirewall } from '../remote/take-firewall.js'
import { requireText } from '../remote/tunnel-commands.js'
import {
  enterTunnel,
  type TunnelKind,
  type TunnelParams,
  type TunnelSession,
} from '../remote/tunnel-session.js'
import { parseContainerConfig } from './container-config.js'
import { containerJob } from './container-job.js'
import type { Container } from './container.js'
import { runContainer } from './start-container.js'

// pve-container API2/LXC.pm: mtunnel
const open = handle('POST', '/nodes/{node}/lxc/{vmid}/mtunnel', (context) => {
  const container = context.cluster.lxc(context.node, Number(context.params.vmid))
  return openTunnel(context, { kind: kindOf(container), guest: container })
})

// pve-container API2/LXC.pm: mtunnelwebsocket
const enter = handle('GET', '/nodes/{node}/lxc/{vmid}/mtunnelwebsocket', (context) => {
  context.cluster.lxc(context.node, Number(context.params.vmid)).requireConfig()
  return enterTunnel(context)
})

export const tunnelHandlers: readonly Handler[] = [open, enter]

function kindOf(container: Container): TunnelKind {
  return {
    noun: 'CT',
    task: 'vzmtunnel',
    content: 'rootdir',
    contentName: 'CT rootdirs',
    socket: (vmid) => `/run/pve/ct-${vmid}.mtunnel`,
    storageSocket: (vmid) => `/run/pve/ct-${vmid}.storage`,
    commands: (session) => ({
      config: (params) => takeConfig(session, { container, params }),
      start: async () => {
        const { context, task } = session
        await runContainer(containerJob(context, { container, task }), task)
        return undefined
      },
      stop: () => {
        session.context.cluster.state.guests.delete(container.vmid)
        return undefined
      },
    }),
  }
}

/** Sets every option as the one who migrates might set it here. */
async function takeConfig(
  session: TunnelSession,
  { container, params }: { container: Container; params: TunnelParams },
): Promise<undefined> {
  const { context } = session
  takeFirewall(session, params['firewall-config'])
  const { main } = parseContainerConfig(requireText(params, 'conf'))
  const options = new Map(main)
  for (const name of ['lock', 'digest', 'parent', 'unprivileged', 'arch', 'lxc']) {
    options.delete(name)
  }
  const isUnprivileged = main.get('unprivileged') === '1'
  if (!isUnprivileged) context.rights.require('/', 'Sys.Modify')
  container.update((config) => {
    config.main.delete('lock')
    for (const name of ['unprivileged', 'arch']) {
      const value = main.get(name)
      if (value !== undefined) config.main.set(name, value)
    }
  })
  try {
    await context.call('PUT /nodes/{node}/lxc/{vmid}/config', {
      ...Object.fromEntries(options),
      node: context.node,
      vmid: String(container.vmid),
    })
  } catch (error) {
    container.update((config) => {
      config.main.clear()
      config.main.set('lock', 'create')
    })
    throw error
  }
  container.update((config) => config.main.set('lock', 'migrate'))
  session.lock = 'migrate'
  return undefined
}
