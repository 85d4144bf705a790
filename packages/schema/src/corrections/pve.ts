import type { Corrections } from './corrections.js'
import { pveResults } from './pve-results.js'
import { flag, integer, open, optional, text } from './result-parts.js'
import { pveTasks } from './pve-tasks.js'

export const pve: Corrections = {
  missing: [
    // pve-manager PVE/API2.pm: index. The dump skips the empty path (pve-common PVE/RESTHandler.pm: api_dump_full).
    {
      verb: 'GET',
      path: '/',
      name: 'index',
      permissions: { user: 'all' },
      parameters: { additionalProperties: false, properties: {} },
      returns: {
        type: 'array',
        items: { type: 'object', properties: { subdir: { type: 'string' } } },
        links: [{ rel: 'child', href: '{subdir}' }],
      },
    },
  ],
  unlisted: new Set([
    // pve-access-control PVE/API2/AccessControl.pm: get_ticket
    'GET /access/ticket',
    // pve-firewall PVE/API2/Firewall/Cluster.pm: index, get_macros, get_options
    'GET /cluster/firewall',
    'GET /cluster/firewall/macros',
    'GET /cluster/firewall/options',
    // pve-manager PVE/API2/Cluster/Notifications.pm: get_matcher_field_values
    'GET /cluster/notifications/matcher-field-values',
    // pve-manager PVE/API2/Cluster/Qemu/CustomCPUModels.pm: config
    'GET /cluster/qemu/custom-cpu-models',
    // pve-network PVE/API2/Network/SDN.pm: reload, before it took a lock (up to 8.4)
    'PUT /cluster/sdn',
  ]),
  members: {
    // pve-manager PVE/VZDump.pm: read_vzdump_defaults reads these two, and what it reads is answered
    'GET /nodes/{node}/vzdump/defaults': {
      fleecing: optional(open({ enabled: flag, storage: optional(text) })),
      performance: optional(
        open({ 'max-workers': optional(integer), 'pbs-entries-max': optional(integer) }),
      ),
    },
  },
  tasks: pveTasks,
  indexRanges: [
    {
      under: '/nodes/{node}/qemu',
      highest: {
        // qemu-server PVE/QemuServer.pm: MAX_NETS, MAX_SERIAL_PORTS, MAX_PARALLEL_PORTS
        net: 31,
        ipconfig: 31,
        serial: 3,
        parallel: 2,
        // qemu-server PVE/QemuServer/Drive.pm: MAX_IDE_DISKS and its neighbours
        ide: 3,
        sata: 5,
        scsi: 30,
        virtio: 15,
        unused: 255,
        // qemu-server PVE/QemuServer/Memory.pm: MAX_NUMA
        numa: 7,
        // qemu-server PVE/QemuServer/PCI.pm: MAX_HOSTPCI_DEVICES
        hostpci: 15,
        // qemu-server PVE/QemuServer/USB.pm: MAX_USB_DEVICES
        usb: 13,
        // qemu-server PVE/QemuServer/Virtiofs.pm: max_virtiofs
        virtiofs: 9,
      },
    },
    {
      under: '/nodes/{node}/lxc',
      highest: {
        // pve-container PVE/LXC/Config.pm: MAX_LXC_NETWORKS, MAX_MOUNT_POINTS, MAX_DEVICES, MAX_UNUSED_DISKS
        net: 31,
        mp: 255,
        dev: 255,
        unused: 255,
      },
    },
    // pve-cluster PVE/Corosync.pm: MAX_LINK_INDEX
    { under: '/cluster/config', highest: { link: 7 } },
    // pve-manager PVE/NodeConfig.pm: MAXDOMAINS
    { under: '/nodes/{node}/config', highest: { acmedomain: 5 } },
  ],
  results: pveResults,
}
