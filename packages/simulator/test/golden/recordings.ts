/**
 * How far the simulator agrees with each recording: the exchanges in which both differ, each with its reason; or how
 * many are equal where the others have no reason yet, never to become fewer.
 */
export const recordings: Readonly<Record<string, number | Readonly<Record<string, string>>>> = {
  'config/access-acl': {},
  'config/access-domains': 117,
  'config/access-groups': {},
  'config/access-users': 112,
  'config/cluster-misc': 105,
  'config/cluster-options': 78,
  'config/firewall-cluster': 355,
  'config/firewall-qemu': 237,
  'config/ha': 36,
  'config/index': 1143,
  'config/mapping': 104,
  'config/pools': 117,
  'config/sdn': 218,
  'guests/config-stopped': 206,
  'guests/create-basic': 289,
  'guests/disks-clone-template': 185,
  'guests/lxc': 262,
  'guests/running': 225,
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
    'storage/185-get-pools-prod':
      'the recording node knows no figures of guests: pvestatd did not run',
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
