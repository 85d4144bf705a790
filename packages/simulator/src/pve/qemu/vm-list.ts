import { handle, type Handler } from '../../engine/handle.js'
import { haStatus } from '../guest/high-availability.js'
import { isAgentEnabled } from './agent-config.js'
import { fullVmRow } from './full-vm-row.js'
import { readVga } from './vga.js'
import { vmRow } from './vm-row.js'

const directory = (...names: readonly string[]): { subdir: string }[] =>
  names.map((subdir) => ({ subdir }))

export const listVms: Handler = handle(
  'GET',
  '/nodes/{node}/qemu',
  ({ params, cluster, node, rights }) => {
    const row = params.full === '1' ? fullVmRow : vmRow
    return cluster.guests
      .all()
      .filter((place) => place.type === 'qemu' && place.node === node)
      .filter(({ vmid }) => rights.has(`/vms/${vmid}`, 'VM.Audit'))
      .map((place) => row(cluster, place))
  },
)

export const vmDirectory: Handler = handle('GET', '/nodes/{node}/qemu/{vmid}', () =>
  directory(
    'config',
    'cloudinit',
    'pending',
    'status',
    'unlink',
    'vncproxy',
    'termproxy',
    'migrate',
    'resize',
    'move',
    'rrd',
    'rrddata',
    'monitor',
    'agent',
    'snapshot',
    'spiceproxy',
    'sendkey',
    'firewall',
    'mtunnel',
    'remote_migrate',
  ),
)

export const statusDirectory: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/status',
  ({ params, cluster, node }) => {
    cluster.qemu(node, Number(params.vmid)).requireConfig()
    return directory('current', 'start', 'stop', 'reset', 'shutdown', 'suspend', 'reboot')
  },
)

export const currentStatus: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/status/current',
  ({ params, cluster, node }) => {
    const place = { vmid: Number(params.vmid), node, type: 'qemu' } as const
    const { main } = cluster.qemu(node, place.vmid).config
    const vga = readVga(main.get('vga'))
    return {
      ...fullVmRow(cluster, place),
      ha: haStatus(cluster, place),
      ...(vga && /^(?:virtio|qxl)/.test(vga.type ?? '') && { spice: 1 }),
      ...(vga && { clipboard: vga.clipboard ?? null }),
      ...(isAgentEnabled(main) && { agent: 1 }),
    }
  },
)
