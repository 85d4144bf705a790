import { constantFrom, oneof, record, type Arbitrary } from 'fast-check'
import {
  bits,
  ofGuest,
  ownVolumes,
  sizes,
  snapshots,
  storages,
  vmids,
  type Action,
  type Options,
} from './action.js'

const names = constantFrom('mp0', 'mp1', 'mp7')
const volumes = constantFrom('rootfs', 'mp0', 'mp1', 'unused0')
const ostemplate = 'local:vztmpl/alpine-3.22-default_20250617_amd64.tar.xz'

/** The options of a container, what deletes them among them. */
const options: Arbitrary<Options> = oneof(
  record({ name: names, storage: storages, size: sizes }).map(({ name, storage, size }) => ({
    [name]: `${storage}:${size},mp=/${name}`,
  })),
  record({ name: names, volume: ownVolumes }).map(({ name, volume }) => ({
    [name]: `${volume},mp=/again`,
  })),
  constantFrom('mp0', 'mp1', 'unused0', 'unused1', 'tags', 'net0', 'cores', 'memory').map(
    (name) => ({ delete: name }),
  ),
  constantFrom<Options[]>(
    { memory: 1024, cores: 2 },
    { net0: 'name=eth0,bridge=vmbr0' },
    { tags: 'b;a', description: 'one\ntwo: ü\n' },
    { tty: 3, arch: 'i386' },
    { revert: 'tty' },
    { features: 'nesting=1', cpulimit: '0.5' },
    { protection: 1 },
    { protection: 0 },
    { mp2: '/mnt,mp=/mnt' },
  ),
)

const on =
  (path: string): ((vmid: number) => string) =>
  (vmid) =>
    `/nodes/pve1/lxc/${vmid}${path}`

export const containerActions: Arbitrary<Action> = oneof(
  record({ vmid: vmids, storage: storages, size: sizes, start: bits }).map(
    ({ vmid, storage, size, start }): Action => ({
      call: 'POST /nodes/pve1/lxc',
      params: { vmid, ostemplate, rootfs: `${storage}:${size}`, start },
    }),
  ),
  record({ vmid: vmids, params: options }).map(({ vmid, params }): Action => ({
    call: `PUT ${on('/config')(vmid)}`,
    params: ofGuest(params, vmid),
  })),
  record({ vmid: vmids, action: constantFrom('start', 'stop', 'shutdown', 'reboot') }).map(
    ({ vmid, action }): Action => ({ call: `POST ${on(`/status/${action}`)(vmid)}`, params: {} }),
  ),
  record({ vmid: vmids, snapname: snapshots }).map(({ vmid, snapname }): Action => ({
    call: `POST ${on('/snapshot')(vmid)}`,
    params: { snapname },
  })),
  record({ vmid: vmids, name: snapshots, start: bits }).map(({ vmid, name, start }): Action => ({
    call: `POST ${on(`/snapshot/${name}/rollback`)(vmid)}`,
    params: { start },
  })),
  record({ vmid: vmids, name: snapshots }).map(({ vmid, name }): Action => ({
    call: `DELETE ${on(`/snapshot/${name}`)(vmid)}`,
    params: {},
  })),
  record({ vmid: vmids, disk: volumes, size: constantFrom('+512M', '2G', '3G') }).map(
    ({ vmid, disk, size }): Action => ({
      call: `PUT ${on('/resize')(vmid)}`,
      params: { disk: disk === 'unused0' ? 'mp7' : disk, size },
    }),
  ),
  record({ vmid: vmids, volume: volumes, storage: storages, remove: bits }).map(
    ({ vmid, volume, storage, remove }): Action => ({
      call: `POST ${on('/move_volume')(vmid)}`,
      params: { volume, storage, delete: remove },
    }),
  ),
  record({ vmid: vmids, target: vmids, volume: volumes, name: names }).map(
    ({ vmid, target, volume, name }): Action => ({
      call: `POST ${on('/move_volume')(vmid)}`,
      params: {
        volume,
        'target-vmid': target,
        'target-volume': volume === 'unused0' ? 'unused5' : name,
      },
    }),
  ),
  record({ vmid: vmids, newid: vmids, full: bits, snapname: constantFrom('', 'one') }).map(
    ({ vmid, newid, full, snapname }): Action => ({
      call: `POST ${on('/clone')(vmid)}`,
      params: { newid, full, ...(snapname !== '' && { snapname }) },
    }),
  ),
  vmids.map((vmid): Action => ({ call: `POST ${on('/template')(vmid)}`, params: {} })),
  record({ vmid: vmids, from: constantFrom('pve1', 'pve2'), restart: bits }).map(
    ({ vmid, from, restart }): Action => ({
      call: `POST /nodes/${from}/lxc/${vmid}/migrate`,
      params: { target: from === 'pve1' ? 'pve2' : 'pve1', restart },
    }),
  ),
  record({ vmid: vmids, force: bits }).map(({ vmid, force }): Action => ({
    call: `DELETE ${on('')(vmid)}`,
    params: { force, purge: 1 },
  })),
)
