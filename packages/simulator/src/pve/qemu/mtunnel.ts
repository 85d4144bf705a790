import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { parseSize } from '../guest/size.js'
import { openTunnel } from '../remote/open-tunnel.js'
import { requireStorage, requireText } from '../remote/tunnel-commands.js'
import {
  enterTunnel,
  listenOn,
  type TunnelKind,
  type TunnelParams,
  type TunnelSession,
} from '../remote/tunnel-session.js'
import { takeFirewall } from '../remote/take-firewall.js'
import { isImageFormat } from '../storage/storages.js'
import { Door } from '../console/door.js'
import { formatDrive } from './drive.js'
import { endMachine, runMachine } from './machine-process.js'
import { requireStartable } from './require-startable.js'
import { parseVmConfig } from './vm-config.js'
import { jobOfCall } from './vm-job.js'
import type { Vm } from './vm.js'

// qemu-server API2/Qemu.pm: mtunnel
const open = handle('POST', '/nodes/{node}/qemu/{vmid}/mtunnel', (context) => {
  const vm = context.cluster.qemu(context.node, Number(context.params.vmid))
  return openTunnel(context, { kind: kindOf(vm), guest: vm })
})

// qemu-server API2/Qemu.pm: mtunnelwebsocket
const enter = handle('GET', '/nodes/{node}/qemu/{vmid}/mtunnelwebsocket', (context) => {
  context.cluster.qemu(context.node, Number(context.params.vmid)).requireConfig()
  return enterTunnel(context)
})

export const tunnelHandlers: readonly Handler[] = [open, enter]

function kindOf(vm: Vm): TunnelKind {
  return {
    noun: 'VM',
    task: 'qmtunnel',
    content: 'images',
    contentName: 'vm images',
    socket: (vmid) => `/run/qemu-server/${vmid}.mtunnel`,
    storageSocket: (vmid) => `/run/qemu-server/${vmid}.storage`,
    commands: (session) => ({
      config: (params) => takeConfig(session, { vm, params }),
      disk: (params) => allocateDisk(session, params),
      start: () => start(session, vm),
      stop: () => {
        endMachine(session.context.cluster, vm.vmid)
        return undefined
      },
      resume: () => {
        if (!vm.run) throw failed(`VM ${vm.vmid} not running`)
        session.context.cluster.state.guests.set(vm.vmid, { ...vm.run, status: 'running' })
        return undefined
      },
      nbdstop: () => undefined,
      fstrim: () => undefined,
    }),
  }
}

/** Sets every option as the one who migrates might set it here. */
async function takeConfig(
  session: TunnelSession,
  { vm, params }: { vm: Vm; params: TunnelParams },
): Promise<undefined> {
  const { context } = session
  takeFirewall(session, params['firewall-config'])
  const { main, special } = parseVmConfig(requireText(params, 'conf'))
  const options = new Map(main)
  for (const name of ['lock', 'digest', 'parent', 'vmgenid', 'meta']) options.delete(name)
  vm.update((config) => config.main.delete('lock'))
  try {
    await context.call('PUT /nodes/{node}/qemu/{vmid}/config', {
      ...Object.fromEntries(options),
      node: context.node,
      vmid: String(vm.vmid),
    })
  } catch (error) {
    vm.update((config) => config.main.set('lock', 'create'))
    throw error
  }
  vm.update((config) => {
    config.main.set('lock', 'migrate')
    for (const name of ['vmgenid', 'meta']) {
      const value = main.get(name)
      if (value !== undefined) config.main.set(name, value)
    }
    config.special.clear()
    for (const [name, section] of special) {
      // What is left of a backup belongs to the other side.
      if (name !== 'fleecing') config.special.set(name, new Map(section))
    }
  })
  session.lock = 'migrate'
  return undefined
}

/** A disk that the running machine is copied to. QemuServer.pm: vm_migrate_alloc_nbd_disks */
function allocateDisk(session: TunnelSession, params: TunnelParams): object {
  const { context, guest, volumes } = session
  const { storages } = context.cluster
  const storage = requireText(params, 'storage')
  requireStorage(session, storage)
  const { file: _file, volume: _volume, format: _format, ...drive } = textsOf(params.drive)
  const { valid, default: usual } = storages.formats(storage)
  const format = valid.find((one) => one === params.format) ?? usual
  const volid = storages.allocate({
    storage,
    node: context.node,
    vmid: guest.vmid,
    size: parseSize(drive.size ?? '') ?? 0,
    ...(isImageFormat(format) && { format }),
  })
  volumes.add(volid)
  return { volid, drivestr: formatDrive({ ...drive, file: volid, format }) }
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, part]) => [name, String(part)]),
  )
}

/** The machine waits for what comes from the other side. */
function start(session: TunnelSession, vm: Vm): object {
  const { context } = session
  const { cluster } = context
  requireStartable(jobOfCall(context, vm), undefined)
  // What runs in it did so before.
  runMachine(cluster, vm, { status: 'paused', bootTime: 0 })
  const addr = `/run/qemu-server/${vm.vmid}.migrate`
  listenOn(session, { socket: addr, door: new Door(cluster.clock) })
  return { migrate: { proto: 'unix', addr, unix_sockets: [] }, drives: {} }
}
