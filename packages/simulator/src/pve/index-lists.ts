import type { Handler } from '../engine/handle.js'
import type { Operations } from '../engine/operations.js'
import type { Cluster } from './cluster.js'

type IndexPath<K> = K extends `GET ${infer P}` ? P : never

/** An index whose entries are the same for everybody, by the property that names them. */
type Index = Readonly<Partial<Record<'name' | 'subdir' | 'id' | 'cmd' | 'type' | 'method', string>>>

const snapshot: Index = { cmd: 'rollback config' }
const guestFirewall: Index = { name: 'rules aliases ipset refs options' }

/**
 * The indexes that the product has written out in its code. They follow from nothing: some leave out what is there, one
 * names what is not, and each chooses its own property.
 *
 * pve-manager, qemu-server, pve-container, pve-storage, pve-firewall, pve-network, pve-ha-manager: the methods `index`
 */
const indexes: Readonly<Partial<Record<IndexPath<keyof Operations>, Index>>> = {
  '/': { subdir: 'version cluster nodes storage access pools' },
  '/cluster': {
    name:
      'acme backup backup-info bulk-action ceph config firewall ha jobs log mapping metrics notifications nextid ' +
      'options qemu replication resources status tasks sdn',
  },
  '/cluster/acme': { name: 'account tos meta directories plugins challenge-schema' },
  '/cluster/backup-info': { subdir: 'not-backed-up' },
  '/cluster/bulk-action': { name: 'guest' },
  '/cluster/bulk-action/guest': { name: 'start shutdown migrate suspend' },
  '/cluster/ceph': { name: 'flags metadata restart-bulk status' },
  '/cluster/config': { name: 'nodes totem join qdevice apiversion' },
  '/cluster/firewall': { name: 'aliases rules options groups ipset macros refs' },
  '/cluster/ha': { id: 'status resources groups rules' },
  '/cluster/ha/status': { name: 'current manager_status disarm-ha arm-ha' },
  '/cluster/jobs': { subdir: 'schedule-analyze realm-sync' },
  '/cluster/mapping': { name: 'dir pci usb' },
  '/cluster/metrics': { name: 'server' },
  '/cluster/notifications': {
    name: 'endpoints matchers targets matcher-fields matcher-field-values',
  },
  '/cluster/notifications/endpoints': { name: 'gotify sendmail smtp webhook' },
  '/cluster/notifications/matcher-fields': { name: 'type hostname job-id' },
  '/cluster/qemu': { name: 'cpu-flags custom-cpu-models' },
  '/cluster/sdn': { id: 'vnets zones controllers ipams dns fabrics' },
  '/cluster/sdn/fabrics': { subdir: 'fabric node all' },
  '/cluster/sdn/vnets/{vnet}/firewall': { name: 'rules options' },
  '/nodes/{node}': {
    name:
      'aplinfo apt capabilities ceph certificates config disks dns firewall hardware hosts journal lxc migrateall ' +
      'netstat network qemu query-oci-repo-tags query-url-metadata replication report rrd rrddata scan sdn services ' +
      'spiceshell startall status stopall storage subscription suspendall syslog tasks termproxy time version ' +
      'vncshell vzdump wakeonlan',
  },
  '/nodes/{node}/apt': { id: 'changelog repositories update versions' },
  '/nodes/{node}/capabilities': { name: 'qemu' },
  '/nodes/{node}/capabilities/qemu': { name: 'cpu cpu-flags machines migration' },
  '/nodes/{node}/ceph': {
    name: 'cmd-safety cfg crush fs init log mds mgr mon osd pool releases restart restart-bulk rules start status stop',
  },
  '/nodes/{node}/ceph/cfg': { name: 'raw db value' },
  '/nodes/{node}/ceph/pool/{name}': { name: 'status' },
  '/nodes/{node}/certificates': { name: 'acme custom info' },
  '/nodes/{node}/certificates/acme': { name: 'certificate' },
  '/nodes/{node}/disks': { name: 'list initgpt smart lvm lvmthin directory wipedisk zfs' },
  '/nodes/{node}/firewall': { name: 'rules options log' },
  '/nodes/{node}/hardware': { type: 'pci usb' },
  '/nodes/{node}/hardware/pci/{pci-id-or-mapping}': { method: 'mdev' },
  '/nodes/{node}/lxc/{vmid}': {
    subdir:
      'config pending status vncproxy termproxy vncwebsocket spiceproxy migrate clone rrd rrddata firewall snapshot ' +
      'resize interfaces',
  },
  '/nodes/{node}/lxc/{vmid}/firewall': guestFirewall,
  '/nodes/{node}/lxc/{vmid}/snapshot/{snapname}': snapshot,
  '/nodes/{node}/qemu/{vmid}/agent': {
    name:
      'exec exec-status file-read file-write fsfreeze-freeze fsfreeze-status fsfreeze-thaw fstrim get-fsinfo ' +
      'get-host-name get-memory-block-info get-memory-blocks get-osinfo get-time get-timezone get-users get-vcpus ' +
      'info network-get-interfaces ping set-user-password shutdown suspend-disk suspend-hybrid suspend-ram',
  },
  '/nodes/{node}/qemu/{vmid}/firewall': guestFirewall,
  '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}': snapshot,
  '/nodes/{node}/replication/{id}': { name: 'schedule_now log status' },
  '/nodes/{node}/scan': { method: 'cifs iscsi lvm nfs pbs zfs' },
  '/nodes/{node}/sdn': { name: 'fabrics vnets zones' },
  '/nodes/{node}/sdn/fabrics/{fabric}': { subdir: 'neighbors routes' },
  '/nodes/{node}/sdn/zones/{zone}': { subdir: 'content bridges ip-vrf' },
  '/nodes/{node}/services/{service}': { subdir: 'state start stop restart reload' },
  '/nodes/{node}/tasks/{upid}': { name: 'log status' },
}

export const indexHandlers: readonly Handler[] = Object.entries(indexes).map(([path, index]) => {
  const list = Object.entries(index).flatMap(([property, names]) =>
    names.split(' ').map((name) => ({ [property]: name })),
  )
  return { verb: 'GET', path, run: ({ cluster }) => ofVersion(cluster, { path, list }) }
})

/** The lists are those of 9.2: another version names of them what it has. */
function ofVersion(
  { definition }: Cluster,
  {
    path,
    list,
  }: { readonly path: string; readonly list: readonly Readonly<Record<string, string>>[] },
): readonly Readonly<Record<string, string>>[] {
  if (definition.id.version === '9.2') return list
  const base = path === '/' ? '' : path
  return list.filter((entry) =>
    Object.values(entry).some((name) => definition.knows(`${base}/${name}`)),
  )
}
