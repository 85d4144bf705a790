import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { CallContext } from '../context.js'
import type { GuestRun } from '../state.js'
import { qemuVersion } from './machine.js'
import { endMachine } from './machine-process.js'
import { monitorRight } from './monitor-rights.js'
import { requireRootFor } from '../guest/root-options.js'
import type { Vm } from './vm.js'

export const monitor: Handler = handle('POST', '/nodes/{node}/qemu/{vmid}/monitor', (context) => {
  const { params, cluster, node } = context
  const { command } = params
  if (!command || command === '0') throw failed('no command specified')
  const name = /^\s*(\S+)/.exec(command)?.[1]
  if (name === undefined) throw failed(`unexpected command '${command}'`)
  requireMonitorRight(context, name)
  const vm = cluster.qemu(node, Number(params.vmid))
  vm.requireConfig()
  const { run } = vm
  return run ? answer(context, { vm, run, command }) : `ERROR: VM ${vm.vmid} not running\n`
})

export const sendKey: Handler = handle('PUT', '/nodes/{node}/qemu/{vmid}/sendkey', (context) => {
  const { params, cluster, node } = context
  requireRootFor(context.user, { skiplock: params.skiplock })
  const vm = cluster.qemu(node, Number(params.vmid))
  return vm.locked(() => {
    vm.requireConfig()
    if (!vm.isRunning) throw failed(`VM ${vm.vmid} not running`)
  })
})

function requireMonitorRight({ user, rights }: CallContext<unknown>, name: string): void {
  const right = monitorRight(name)
  if (right === 'none' || user === 'root@pam') return
  if (right === 'Sys.Modify') return rights.require('/', right)
  throw failed(
    right === 'root'
      ? `root-only command '${name}'`
      : `command '${name}' non-existent or not assigned a required permission yet, limiting to root user`,
  )
}

/** What the monitor prints. The commands that stop, continue and end the machine do so; most others print nothing. */
function answer(
  { cluster }: CallContext<unknown>,
  { vm, run, command }: { vm: Vm; run: GuestRun; command: string },
): string {
  const [name = '', topic = ''] = command.trim().split(/\s+/)
  const setStatus = (status: GuestRun['status']): void => {
    cluster.state.guests.set(vm.vmid, { ...run, status })
  }
  if (name === 'info') return infos[topic]?.(vm, run) ?? ''
  if (name === 'stop' || name === 's') setStatus('paused')
  else if (name === 'cont' || name === 'c') setStatus('running')
  else if (name === 'quit' || name === 'q') endMachine(cluster, vm.vmid)
  return monitorRight(name) ? '' : `unknown command: '${name}'\r\n`
}

const infos: Readonly<Record<string, (vm: Vm, run: GuestRun) => string>> = {
  status: (_vm, { status }) => `VM status: ${status}\r\n`,
  version: () => `${qemuVersion}pve-qemu-kvm_${qemuVersion}-1\r\n`,
  name: (vm) => `${vm.config.main.get('name') ?? `vm${vm.vmid}`}\r\n`,
  uuid: (vm) => `${/uuid=([^,]+)/.exec(vm.config.main.get('smbios1') ?? '')?.[1] ?? 'none'}\r\n`,
}
