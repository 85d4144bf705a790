import { constantFrom, oneof, record, type Arbitrary } from 'fast-check'
import type { ParamValue, Verb } from '@proxkit/schema'

/** A call that somebody makes about machines and their disks; whether it makes sense shows. */
export interface Action {
  readonly call: `${Verb} ${string}`
  readonly params: Readonly<Record<string, ParamValue>>
}

type Options = Readonly<Record<string, ParamValue>>

const vmids = constantFrom(100, 101, 102, 103)
const storages = constantFrom('local', 'local-lvm', 'pool', 'shared')
const buses = constantFrom('scsi0', 'scsi1', 'virtio0', 'sata5')
const disks = constantFrom('scsi0', 'scsi1', 'virtio0', 'efidisk0', 'ide2', 'unused0')
const formats = constantFrom('', ',format=qcow2', ',format=raw')
const snapshots = constantFrom('one', 'two', 'three')
const bits = constantFrom(0, 1)

const newDisk = record({ bus: buses, storage: storages, size: constantFrom(1, 2), format: formats })

const options: Arbitrary<Options> = oneof(
  newDisk.map(({ bus, storage, size, format }) => ({ [bus]: `${storage}:${size}${format}` })),
  record({ bus: buses, vmid: vmids, number: constantFrom(0, 1, 2) }).map(
    ({ bus, vmid, number }) => ({ [bus]: `local-lvm:vm-${vmid}-disk-${number}` }),
  ),
  storages.map((storage) => ({ ide2: `${storage}:cloudinit` })),
  storages.map((storage) => ({ efidisk0: `${storage}:1,efitype=4m`, bios: 'ovmf' })),
  storages.map((storage) => ({ sata5: `${storage}:0,import-from=local:import/disk.qcow2` })),
  disks.map((name) => ({ delete: name })),
  record({ name: disks }).map(({ name }) => ({ delete: name, force: 1 })),
  constantFrom<Options[]>(
    { ide2: 'local:iso/debian.iso,media=cdrom' },
    { ide2: 'none,media=cdrom' },
    { memory: 1024, cores: 2 },
    { net0: 'virtio,bridge=vmbr0' },
    { tags: 'b;a', description: 'one\ntwo: ü\n' },
    { scsihw: 'virtio-scsi-single', boot: 'order=scsi0' },
    { revert: 'scsi0' },
    { protection: 1 },
    { protection: 0 },
  ),
)

const on =
  (path: string): ((vmid: number) => string) =>
  (vmid) =>
    `/nodes/pve1/qemu/${vmid}${path}`

export const actions: Arbitrary<Action> = oneof(
  record({ vmid: vmids, storage: storages, start: bits, format: formats }).map(
    ({ vmid, storage, start, format }): Action => ({
      call: 'POST /nodes/pve1/qemu',
      params: { vmid, scsi0: `${storage}:1${format}`, start },
    }),
  ),
  record({ vmid: vmids, params: options, verb: constantFrom<Verb[]>('PUT', 'POST') }).map(
    ({ vmid, params, verb }): Action => ({ call: `${verb} ${on('/config')(vmid)}`, params }),
  ),
  record({ vmid: vmids, action: constantFrom('start', 'stop', 'shutdown', 'reboot') }).map(
    ({ vmid, action }): Action => ({ call: `POST ${on(`/status/${action}`)(vmid)}`, params: {} }),
  ),
  vmids.map((vmid): Action => ({
    call: `POST ${on('/status/suspend')(vmid)}`,
    params: { todisk: 1 },
  })),
  record({ vmid: vmids, snapname: snapshots, vmstate: bits }).map(
    ({ vmid, snapname, vmstate }): Action => ({
      call: `POST ${on('/snapshot')(vmid)}`,
      params: { snapname, vmstate },
    }),
  ),
  record({ vmid: vmids, name: snapshots, start: bits }).map(({ vmid, name, start }): Action => ({
    call: `POST ${on(`/snapshot/${name}/rollback`)(vmid)}`,
    params: { start },
  })),
  record({ vmid: vmids, name: snapshots }).map(({ vmid, name }): Action => ({
    call: `DELETE ${on(`/snapshot/${name}`)(vmid)}`,
    params: {},
  })),
  record({ vmid: vmids, disk: disks, size: constantFrom('+512M', '2G', '3G') }).map(
    ({ vmid, disk, size }): Action => ({
      call: `PUT ${on('/resize')(vmid)}`,
      params: { disk: disk === 'unused0' ? 'scsi0' : disk, size },
    }),
  ),
  record({ vmid: vmids, disk: disks, storage: storages, remove: bits }).map(
    ({ vmid, disk, storage, remove }): Action => ({
      call: `POST ${on('/move_disk')(vmid)}`,
      params: { disk, storage, delete: remove },
    }),
  ),
  record({ vmid: vmids, target: vmids, disk: disks, bus: buses }).map(
    ({ vmid, target, disk, bus }): Action => ({
      call: `POST ${on('/move_disk')(vmid)}`,
      params: {
        disk,
        'target-vmid': target,
        'target-disk': disk === 'unused0' ? 'unused5' : bus,
      },
    }),
  ),
  record({ vmid: vmids, idlist: disks, force: bits }).map(({ vmid, ...params }): Action => ({
    call: `PUT ${on('/unlink')(vmid)}`,
    params,
  })),
  record({ vmid: vmids, newid: vmids, full: bits, snapname: constantFrom('', 'one') }).map(
    ({ vmid, newid, full, snapname }): Action => ({
      call: `POST ${on('/clone')(vmid)}`,
      params: { newid, full, ...(snapname !== '' && { snapname }) },
    }),
  ),
  vmids.map((vmid): Action => ({ call: `POST ${on('/template')(vmid)}`, params: {} })),
  record({ vmid: vmids, from: constantFrom('pve1', 'pve2'), online: bits }).map(
    ({ vmid, from, online }): Action => ({
      call: `POST /nodes/${from}/qemu/${vmid}/migrate`,
      params: { target: from === 'pve1' ? 'pve2' : 'pve1', online, 'with-local-disks': 1 },
    }),
  ),
  vmids.map((vmid): Action => ({
    call: 'POST /nodes/pve1/vzdump',
    params: { vmid, storage: 'shared', 'prune-backups': 'keep-last=1' },
  })),
  record({ vmid: vmids, force: bits, storage: storages }).map((params): Action => ({
    call: 'POST /nodes/pve1/qemu',
    params: { ...params, archive: 'the last one' },
  })),
  record({ vmid: vmids, purge: bits, all: bits }).map(({ vmid, purge, all }): Action => ({
    call: `DELETE ${on('')(vmid)}`,
    params: { purge, 'destroy-unreferenced-disks': all },
  })),
)
