const stale = 'the recording worker still holds the options from before'
const words = 'descriptions in the words of the original are not part of the simulator'
const noResolver = 'the recording node has no name server: its error is another one'
const severalDisks =
  'the original allocates several disks of one call in the order of a hash, here in that of their names'
const fakeAgent = 'the agent of the recording is a program with a few fixed answers'
const consoles =
  'the terminals of the recording end well without a viewer, and its screens wait for one'

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
  'config/cluster-misc': 117,
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
  'config/ha': 103,
  'config/index': 1156,
  'config/mapping': {
    'mapping/004-get-cluster-mapping-pci': noResolver,
    'mapping/007-get-cluster-mapping-usb': noResolver,
    'mapping/010-get-cluster-mapping-dir': noResolver,
  },
  'config/pools': {},
  'config/sdn': 218,
  'guests/config-stopped': { 'unlink/setup': severalDisks },
  'guests/create-basic': {
    'create/pool/cluster-resources':
      'the recording has plain files in the place of the cluster file system, which keeps a blank of empty tags',
    'end/resources': 'calls of the HA stack do nothing on the recording node',
  },
  'guests/disks-clone-template': {
    'delete/unref-left': 'the recording does not tell when a volume was put into that directory',
    'rrddata/hour': 'the recording node has no figures',
    rrd: 'the recording node has no figures; here the picture is not simulated',
  },
  'guests/lxc': {
    'run/cfg-mp0':
      'the recorded containers did not run: nothing could be mounted into their namespaces',
    'run/resize': 'the recorded containers did not run: none of their volumes was in use',
    'run/interfaces': 'the recorded containers did not run: the interfaces are those of the host',
    rrddata: 'the recorded server had no daemon that collects figures',
    'end/tasks': 'the consoles of the recording still wait for a viewer when the list is read',
  },
  'guests/running': {
    'status/current-paused': 'the emulator of the recording counts no reads and writes',
    'status/current-resumed': 'the emulator of the recording counts no reads and writes',
    'move/running-delete': 'the emulator of the recording does not grow disks',
    'agent/info': fakeAgent,
    'agent/get-fsinfo': fakeAgent,
    'agent/get-host-name': fakeAgent,
    'agent/get-memory-blocks': fakeAgent,
    'agent/get-time': fakeAgent,
    'agent/get-users': fakeAgent,
    'agent/network-get-interfaces': fakeAgent,
    spiceproxy: 'the emulator of the recording has a SPICE port without such a display',
    'clone/running': 'the original ends its block jobs in the order of a hash',
    'clone/running-linked': 'the original ends its block jobs in the order of a hash',
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
  'config/node-storage': {
    'node-storage/023-get-nodes-pve1-storage-local-rrddata':
      'the recording node has no figures; here the call is not simulated',
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
