const fakeAgent = 'the recorded agent was a stand-in with fixed answers of its own'
const noDaemon = 'the recorded server had no daemon that collects figures'
const hashOrder =
  'the original works through the drives in the order of a hash, which differs between any two runs'
const consoles =
  'the terminals of the recording were a stand-in that ended well, and its screens had nobody to look at them'
const stale = 'the recording worker still holds the options from before'
const words = 'descriptions in the words of the original are not part of the simulator'
const noResolver = 'the recording node has no name server: its error is another one'
const madeUp = 'the recorded figures were made up, and those of guests that do not run'
const members = 'the membership of the recorded cluster was made up and counts three of six nodes'
const noCorosync = 'the recorded cluster was made up: its six nodes have no corosync.conf'
const noCaller = 'the recording node has no library to call other nodes with, which ends this task'
const otherTask = 'lists the task that ended otherwise'
const dryRun = 'what the nodes would make of the networks is not simulated'
const noReload = 'the recorded nodes could not be asked to load their networks anew'
const noLinks = 'the recorded machine had none of its network devices'
const objectOrder = 'the original goes through the objects in the order of a hash'
const oneOf =
  'the recorded server is newer than the description of its API, and checks a rule as one of two separate forms'

/**
 * How far the simulator agrees with each recording: the exchanges in which both differ, each with its reason; or how
 * many are equal where the others have no reason yet, never to become fewer.
 */
export const recordings: Readonly<Record<string, number | Readonly<Record<string, string>>>> = {
  'config/access-acl': {},
  'config/access-domains': {
    'access-domains/116-post-access-openid-auth-url':
      'the recording node has no library for OpenID',
  },
  'config/access-groups': {},
  'config/access-users': {
    'access-users/113-delete-user-with-tfa':
      'the recording node has another library in the place of that which writes second factors',
  },
  'config/cluster-misc': {
    'cluster-misc/002-get-cluster-status': members,
    'cluster-misc/010-get-cluster-config-nodes': noCorosync,
    'cluster-misc/011-get-cluster-config-totem': noCorosync,
    'cluster-misc/012-get-cluster-config-join': noCorosync,
    'cluster-misc/079-with-made-up-rrd-data': madeUp,
    'cluster-misc/080-with-made-up-rrd-data': madeUp,
    'cluster-misc/081-with-made-up-rrd-data': madeUp,
    'cluster-misc/082-with-made-up-rrd-data': madeUp,
    'cluster-misc/083-with-made-up-rrd-data': madeUp,
    'cluster-misc/084-with-made-up-rrd-data': madeUp,
    'cluster-misc/085-with-made-up-rrd-data': madeUp,
    'cluster-misc/091-with-made-up-rrd-data': madeUp,
    'cluster-misc/092-with-made-up-rrd-data': madeUp,
    'cluster-misc/093-with-made-up-rrd-data': madeUp,
    'cluster-misc/094-with-made-up-rrd-data': madeUp,
    'cluster-misc/096-get-cluster-status': members,
    'cluster-misc/100-get-pools-prod': madeUp,
    'cluster-misc/110-get-cluster-status': members,
    'cluster-misc/115-get-cluster-config-nodes': noCorosync,
    'cluster-misc/116-get-cluster-config-join': noCorosync,
    'cluster-misc/124-get-cluster-status': members,
    'cluster-misc/129-get-cluster-config-nodes': noCorosync,
    'cluster-misc/130-get-cluster-config-join': noCorosync,
    'cluster-misc/132-nothing-runs': noCaller,
    'cluster-misc/133-get-cluster-tasks': otherTask,
    'cluster-misc/134-post-cluster-config-nodes-pve7': noCorosync,
    'cluster-misc/135-delete-cluster-config-nodes-pve2': noCorosync,
    'cluster-misc/141-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/148-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/149-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/152-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/153-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/155-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/158-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/159-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/163-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/166-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/167-get-nodes-pve1-tasks': otherTask,
    'cluster-misc/180-get-cluster-tasks': otherTask,
    'cluster-misc/181-get-cluster-tasks': otherTask,
  },
  'config/cluster-options': {
    'cluster-options/079-get-cluster-nextid': stale,
    'cluster-options/080-get-cluster-nextid': stale,
  },
  'config/firewall-cluster': {
    'firewall-cluster/002-get-cluster-firewall-macros': words,
    'firewall-cluster/013-bad': 'the recording node has no iptables for the trial run of the rules',
    'firewall-cluster/028-put-cluster-firewall-options':
      'the recording node has no iptables for the trial run of the rules',
    'firewall-cluster/356-get-cluster-firewall-macros': words,
    'firewall-cluster/361-get-cluster-firewall-macros': words,
    'firewall-cluster/366-get-cluster-firewall-macros': words,
  },
  'config/firewall-qemu': {},
  'config/ha': {
    'ha/076-resource-without-type': oneOf,
    'ha/084-missing-affinity': oneOf,
    'ha/085-bad-affinity': oneOf,
    'ha/086-nodes-in-resource-rule': oneOf,
    'ha/087-missing-nodes': oneOf,
    'ha/088-unknown-type': oneOf,
    'ha/089-no-type': oneOf,
    'ha/105-without-type': oneOf,
  },
  'config/index': 1156,
  'config/mapping': {
    'mapping/004-get-cluster-mapping-pci': noResolver,
    'mapping/007-get-cluster-mapping-usb': noResolver,
    'mapping/010-get-cluster-mapping-dir': noResolver,
  },
  'config/pools': {},
  'config/sdn': {
    'sdn/011-get-cluster-sdn-dry-run': dryRun,
    'sdn/203-get-cluster-sdn-dry-run': dryRun,
    'sdn/204-apply': noReload,
    'sdn/208-get-nodes-pve1-sdn-zones': noReload,
    'sdn/210-get-nodes-pve1-sdn-zones-z1-content': noReload,
    'sdn/211-get-nodes-pve1-sdn-zones-z1-bridges': noReload,
    'sdn/214-get-nodes-pve1-sdn-zones': noReload,
    'sdn/217-get-nodes-pve1-network': noLinks,
    'sdn/240-get-cluster-sdn-dry-run': dryRun,
    'sdn/259-rollback-keep-lock': objectOrder,
    'sdn/267-apply-and-release': noReload,
    'sdn/275-delete-cluster-sdn-zones-zq': objectOrder,
    'sdn/277-delete-cluster-sdn-zones-z1': objectOrder,
  },
  'guests/config-stopped': {
    'unlink/setup': hashOrder,
  },
  'guests/create-basic': {
    'create/pool/cluster-resources':
      'a blank that stands for no tags was cut off by a stand-in for the cluster file system',
    'end/resources':
      'a blank that stands for no tags was cut off there, and high availability did nothing',
  },
  'guests/disks-clone-template': {
    'delete/unref-left': 'lists a file that was put into the directory behind the back of the API',
    'rrddata/hour': noDaemon,
    rrd: noDaemon,
  },
  'guests/lxc': {
    'run/cfg-mp0':
      'the recorded containers did not run: nothing could be mounted into their namespaces',
    'run/resize': 'the recorded containers did not run: none of their volumes was in use',
    'run/interfaces': 'the recorded containers did not run: the interfaces are those of the host',
    rrddata: noDaemon,
    'end/tasks': 'the consoles of the recording still wait for a viewer when the list is read',
  },
  'guests/running': {
    'status/current-paused': 'the recorded emulator was a stand-in that reads and writes nothing',
    'status/current-resumed': 'the recorded emulator was a stand-in that reads and writes nothing',
    'move/running-delete':
      'the recorded emulator was a stand-in that had not made the image larger as it was told',
    'agent/info': fakeAgent,
    'agent/get-fsinfo': fakeAgent,
    'agent/get-host-name': fakeAgent,
    'agent/get-memory-blocks': fakeAgent,
    'agent/get-time': fakeAgent,
    'agent/get-users': fakeAgent,
    'agent/network-get-interfaces': fakeAgent,
    spiceproxy:
      'the recorded emulator was a stand-in with a port for SPICE whatever graphics it was started with',
    'clone/running': hashOrder,
    'clone/running-linked': hashOrder,
    'tasks/errors': consoles,
    'cluster/tasks': `${consoles}; the latest task is told from memory there, with \`saved\` as a number`,
  },
  'guests/backup-bulk-tasks': {
    'bulk/list':
      'the recording worker still holds the configuration from before the lock was removed',
    'restore/lxc-id':
      'the recording has plain files in the place of the cluster file system, which refuses an id that a container has',
    'tasks/all': 'the task of that restore is missing',
    'tasks/since': 'the task of that restore is missing',
    'bulk/startall-again':
      'the recording worker still holds the configuration from before the lock was removed',
    'tasks/status-ok': 'two tasks that end in the same second come in the order of their ends',
    'cluster-tasks': 'the latest task is told from memory there, with `saved` as a number',
  },
  'config/backup': {},
  'config/jobs': {},
  'config/storage': {
    'storage/100-zfspool-enabled': 'the recording node has no zpool program',
    'storage/129-iscsi-enabled': 'the recording node has no iscsiadm program',
  },
  'config/node': 0,
  'config/node-storage': {
    'node-storage/023-get-nodes-pve1-storage-local-rrddata': noDaemon,
    'node-storage/118-copy': 'the recording node has no ssh, which also copies on the same node',
    'node-storage/119-copy-image':
      'the recording node has no ssh, which also copies on the same node',
    'node-storage/146-upload-import-qcow2-not-an-image':
      'the recording node has a qemu-img that takes every file for an image',
    'node-storage/167-content-at-end': 'the copies that could not be made there are listed',
    'node-storage/169-after-restricting-content':
      'the copies that could not be made there are listed',
    'node-storage/179-get-nodes-pve1-scan-nfs': 'the recording node has no showmount program',
    'node-storage/182-get-nodes-pve1-scan-iscsi':
      'the recording node has no iscsiadm program; here the call is not simulated',
    'node-storage/184-get-nodes-pve1-scan-zfs': 'the recording node has no zfs program',
  },
}
