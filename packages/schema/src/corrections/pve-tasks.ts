/**
 * Methods of Proxmox VE whose result is the identifier of the task that they start: each hands back what `fork_worker`
 * gave it. The dump says so for 19 of them, in prose.
 */
export const pveTasks: ReadonlySet<string> = new Set([
  // pve-access-control PVE/API2/Domains.pm
  'POST /access/domains/{realm}/sync',
  // pve-manager PVE/API2/ACMEAccount.pm
  'POST /cluster/acme/account',
  'DELETE /cluster/acme/account/{name}',
  'PUT /cluster/acme/account/{name}',
  // pve-manager PVE/API2/Cluster/BulkAction/Guest.pm
  'POST /cluster/bulk-action/guest/migrate',
  'POST /cluster/bulk-action/guest/shutdown',
  'POST /cluster/bulk-action/guest/start',
  'POST /cluster/bulk-action/guest/suspend',
  // pve-manager PVE/API2/Cluster/Ceph.pm
  'PUT /cluster/ceph/flags',
  // pve-cluster PVE/API2/ClusterConfig.pm
  'POST /cluster/config',
  'POST /cluster/config/join',
  // pve-network PVE/API2/Network/SDN.pm
  'PUT /cluster/sdn',
  // pve-manager PVE/API2/Nodes.pm
  'POST /nodes/{node}/aplinfo',
  'POST /nodes/{node}/migrateall',
  'POST /nodes/{node}/startall',
  'POST /nodes/{node}/stopall',
  'POST /nodes/{node}/suspendall',
  // pve-manager PVE/API2/APT.pm
  'POST /nodes/{node}/apt/update',
  // pve-manager PVE/API2/Ceph.pm and PVE/API2/Ceph/
  'DELETE /nodes/{node}/ceph/fs/{name}',
  'POST /nodes/{node}/ceph/fs/{name}',
  'DELETE /nodes/{node}/ceph/mds/{name}',
  'POST /nodes/{node}/ceph/mds/{name}',
  'DELETE /nodes/{node}/ceph/mgr/{id}',
  'POST /nodes/{node}/ceph/mgr/{id}',
  'DELETE /nodes/{node}/ceph/mon/{monid}',
  'POST /nodes/{node}/ceph/mon/{monid}',
  'POST /nodes/{node}/ceph/osd',
  'DELETE /nodes/{node}/ceph/osd/{osdid}',
  'POST /nodes/{node}/ceph/pool',
  'DELETE /nodes/{node}/ceph/pool/{name}',
  'PUT /nodes/{node}/ceph/pool/{name}',
  'POST /nodes/{node}/ceph/restart',
  'POST /nodes/{node}/ceph/start',
  'POST /nodes/{node}/ceph/stop',
  // pve-manager PVE/API2/ACME.pm
  'DELETE /nodes/{node}/certificates/acme/certificate',
  'POST /nodes/{node}/certificates/acme/certificate',
  'PUT /nodes/{node}/certificates/acme/certificate',
  // pve-storage PVE/API2/Disks.pm and PVE/API2/Disks/
  'POST /nodes/{node}/disks/directory',
  'DELETE /nodes/{node}/disks/directory/{name}',
  'POST /nodes/{node}/disks/initgpt',
  'POST /nodes/{node}/disks/lvm',
  'DELETE /nodes/{node}/disks/lvm/{name}',
  'POST /nodes/{node}/disks/lvmthin',
  'DELETE /nodes/{node}/disks/lvmthin/{name}',
  'PUT /nodes/{node}/disks/wipedisk',
  'POST /nodes/{node}/disks/zfs',
  'DELETE /nodes/{node}/disks/zfs/{name}',
  // pve-container PVE/API2/LXC.pm and PVE/API2/LXC/
  'POST /nodes/{node}/lxc',
  'DELETE /nodes/{node}/lxc/{vmid}',
  'POST /nodes/{node}/lxc/{vmid}/clone',
  'POST /nodes/{node}/lxc/{vmid}/migrate',
  'POST /nodes/{node}/lxc/{vmid}/move_volume',
  'POST /nodes/{node}/lxc/{vmid}/remote_migrate',
  'PUT /nodes/{node}/lxc/{vmid}/resize',
  'POST /nodes/{node}/lxc/{vmid}/snapshot',
  'DELETE /nodes/{node}/lxc/{vmid}/snapshot/{snapname}',
  'POST /nodes/{node}/lxc/{vmid}/snapshot/{snapname}/rollback',
  'POST /nodes/{node}/lxc/{vmid}/status/reboot',
  'POST /nodes/{node}/lxc/{vmid}/status/resume',
  'POST /nodes/{node}/lxc/{vmid}/status/shutdown',
  'POST /nodes/{node}/lxc/{vmid}/status/start',
  'POST /nodes/{node}/lxc/{vmid}/status/stop',
  'POST /nodes/{node}/lxc/{vmid}/status/suspend',
  // pve-manager PVE/API2/Network.pm
  'PUT /nodes/{node}/network',
  // qemu-server PVE/API2/Qemu.pm
  'POST /nodes/{node}/qemu',
  'DELETE /nodes/{node}/qemu/{vmid}',
  'POST /nodes/{node}/qemu/{vmid}/clone',
  'POST /nodes/{node}/qemu/{vmid}/config',
  'POST /nodes/{node}/qemu/{vmid}/migrate',
  'POST /nodes/{node}/qemu/{vmid}/move_disk',
  'POST /nodes/{node}/qemu/{vmid}/remote_migrate',
  'PUT /nodes/{node}/qemu/{vmid}/resize',
  'POST /nodes/{node}/qemu/{vmid}/snapshot',
  'DELETE /nodes/{node}/qemu/{vmid}/snapshot/{snapname}',
  'POST /nodes/{node}/qemu/{vmid}/snapshot/{snapname}/rollback',
  'POST /nodes/{node}/qemu/{vmid}/status/reboot',
  'POST /nodes/{node}/qemu/{vmid}/status/reset',
  'POST /nodes/{node}/qemu/{vmid}/status/resume',
  'POST /nodes/{node}/qemu/{vmid}/status/shutdown',
  'POST /nodes/{node}/qemu/{vmid}/status/start',
  'POST /nodes/{node}/qemu/{vmid}/status/stop',
  'POST /nodes/{node}/qemu/{vmid}/status/suspend',
  'POST /nodes/{node}/qemu/{vmid}/template',
  // pve-manager PVE/API2/Services.pm
  'POST /nodes/{node}/services/{service}/reload',
  'POST /nodes/{node}/services/{service}/restart',
  'POST /nodes/{node}/services/{service}/start',
  'POST /nodes/{node}/services/{service}/stop',
  // pve-storage PVE/API2/Storage/
  'DELETE /nodes/{node}/storage/{storage}/content/{volume}',
  'POST /nodes/{node}/storage/{storage}/content/{volume}',
  'POST /nodes/{node}/storage/{storage}/download-url',
  'POST /nodes/{node}/storage/{storage}/oci-registry-pull',
  'DELETE /nodes/{node}/storage/{storage}/prunebackups',
  'POST /nodes/{node}/storage/{storage}/upload',
  // pve-manager PVE/API2/VZDump.pm
  'POST /nodes/{node}/vzdump',
])
