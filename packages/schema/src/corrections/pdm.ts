import type { Corrections } from './corrections.js'

export const pdm: Corrections = {
  // A task on a remote is a `RemoteUpid`, which the dump gives no pattern (proxmox-datacenter-manager pdm-api-types).
  tasks: new Set([
    'POST /pbs/remotes/{remote}/nodes/{node}/apt/update',
    'POST /pve/remotes/{remote}/lxc/{vmid}/migrate',
    'POST /pve/remotes/{remote}/lxc/{vmid}/remote-migrate',
    'POST /pve/remotes/{remote}/lxc/{vmid}/shutdown',
    'POST /pve/remotes/{remote}/lxc/{vmid}/snapshot',
    'DELETE /pve/remotes/{remote}/lxc/{vmid}/snapshot/{snapname}',
    'POST /pve/remotes/{remote}/lxc/{vmid}/snapshot/{snapname}/rollback',
    'POST /pve/remotes/{remote}/lxc/{vmid}/start',
    'POST /pve/remotes/{remote}/lxc/{vmid}/stop',
    'POST /pve/remotes/{remote}/nodes/{node}/apt/update',
    'POST /pve/remotes/{remote}/qemu/{vmid}/migrate',
    'POST /pve/remotes/{remote}/qemu/{vmid}/remote-migrate',
    'POST /pve/remotes/{remote}/qemu/{vmid}/resume',
    'POST /pve/remotes/{remote}/qemu/{vmid}/shutdown',
    'POST /pve/remotes/{remote}/qemu/{vmid}/snapshot',
    'DELETE /pve/remotes/{remote}/qemu/{vmid}/snapshot/{snapname}',
    'POST /pve/remotes/{remote}/qemu/{vmid}/snapshot/{snapname}/rollback',
    'POST /pve/remotes/{remote}/qemu/{vmid}/start',
    'POST /pve/remotes/{remote}/qemu/{vmid}/stop',
  ]),
}
