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

const drives = constantFrom('scsi0', 'scsi1', 'virtio3')
const held = constantFrom('scsi0', 'scsi1', 'virtio3', 'ide2', 'efidisk0', 'tpmstate0', 'unused0')
const formats = constantFrom('raw', 'qcow2')

/** The options of a machine, what deletes them among them. */
const options: Arbitrary<Options> = oneof(
  record({ name: drives, storage: storages, size: sizes }).map(({ name, storage, size }) => ({
    [name]: `${storage}:${size}`,
  })),
  record({ name: drives, storage: storages, format: formats }).map(({ name, storage, format }) => ({
    [name]: `${storage}:1,format=${format},iothread=1`,
  })),
  record({ name: drives, volume: ownVolumes }).map(({ name, volume }) => ({ [name]: volume })),
  storages.map((storage) => ({ ide2: `${storage}:cloudinit` })),
  storages.map((storage) => ({ efidisk0: `${storage}:1,efitype=4m`, bios: 'ovmf' })),
  storages.map((storage) => ({ tpmstate0: `${storage}:1,version=v2.0` })),
  record({ name: held, force: bits }).map(({ name, force }) => ({ delete: name, force })),
  constantFrom('unused1', 'tags', 'net0', 'cores', 'memory', 'agent', 'vmgenid').map((name) => ({
    delete: name,
  })),
  constantFrom<Options[]>(
    { memory: 1024, cores: 2 },
    { net0: 'virtio,bridge=vmbr0' },
    { tags: 'b;a', description: 'one\ntwo: ü\n' },
    { ide2: 'none,media=cdrom' },
    { ide2: 'local:iso/a.iso,media=cdrom' },
    { revert: 'memory' },
    { ipconfig0: 'ip=dhcp', ciuser: 'alice', cipassword: 'secret' },
    { protection: 1 },
    { protection: 0 },
    { boot: 'order=scsi0' },
    { hotplug: 'disk,network,usb,memory,cpu', numa: 1 },
  ),
)

const on =
  (path: string): ((vmid: number) => string) =>
  (vmid) =>
    `/nodes/pve1/qemu/${vmid}${path}`

const powers = constantFrom('start', 'stop', 'shutdown', 'reboot', 'reset', 'suspend', 'resume')

export const machineActions: Arbitrary<Action> = oneof(
  record({ vmid: vmids, params: options, start: bits }).map(({ vmid, params, start }): Action => {
    const { delete: _delete, revert: _revert, force: _force, ...given } = params
    return { call: 'POST /nodes/pve1/qemu', params: { vmid, start, ...ofGuest(given, vmid) } }
  }),
  record({ vmid: vmids, params: options, verb: constantFrom('PUT', 'POST') }).map(
    ({ vmid, params, verb }): Action => ({
      call: `${verb} ${on('/config')(vmid)}`,
      params: ofGuest(params, vmid),
    }),
  ),
  record({ vmid: vmids, action: powers }).map(({ vmid, action }): Action => ({
    call: `POST ${on(`/status/${action}`)(vmid)}`,
    params: {},
  })),
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
  record({ vmid: vmids, name: snapshots, force: bits }).map(({ vmid, name, force }): Action => ({
    call: `DELETE ${on(`/snapshot/${name}`)(vmid)}`,
    params: { force },
  })),
  record({ vmid: vmids, disk: drives, size: constantFrom('+512M', '2G', '3G') }).map(
    ({ vmid, disk, size }): Action => ({
      call: `PUT ${on('/resize')(vmid)}`,
      params: { disk, size },
    }),
  ),
  record({ vmid: vmids, disk: held, storage: storages, remove: bits }).map(
    ({ vmid, disk, storage, remove }): Action => ({
      call: `POST ${on('/move_disk')(vmid)}`,
      params: { disk, storage, delete: remove },
    }),
  ),
  record({ vmid: vmids, target: vmids, disk: held, name: drives }).map(
    ({ vmid, target, disk, name }): Action => ({
      call: `POST ${on('/move_disk')(vmid)}`,
      params: {
        disk,
        'target-vmid': target,
        'target-disk': disk === 'unused0' ? 'unused5' : name,
      },
    }),
  ),
  record({ vmid: vmids, name: held, force: bits }).map(({ vmid, name, force }): Action => ({
    call: `PUT ${on('/unlink')(vmid)}`,
    params: { idlist: name, force },
  })),
  record({ vmid: vmids, newid: vmids, full: bits, snapname: constantFrom('', 'one') }).map(
    ({ vmid, newid, full, snapname }): Action => ({
      call: `POST ${on('/clone')(vmid)}`,
      params: { newid, full, ...(snapname !== '' && { snapname }) },
    }),
  ),
  vmids.map((vmid): Action => ({ call: `POST ${on('/template')(vmid)}`, params: {} })),
  vmids.map((vmid): Action => ({ call: `PUT ${on('/cloudinit')(vmid)}`, params: {} })),
  record({ vmid: vmids, from: constantFrom('pve1', 'pve2'), storage: storages }).map(
    ({ vmid, from, storage }): Action => ({
      call: `POST /nodes/${from}/qemu/${vmid}/migrate`,
      params: {
        target: from === 'pve1' ? 'pve2' : 'pve1',
        online: 1,
        'with-local-disks': 1,
        targetstorage: storage,
      },
    }),
  ),
  record({ vmid: vmids, unreferenced: bits }).map(({ vmid, unreferenced }): Action => ({
    call: `DELETE ${on('')(vmid)}`,
    params: { purge: 1, 'destroy-unreferenced-disks': unreferenced },
  })),
)
