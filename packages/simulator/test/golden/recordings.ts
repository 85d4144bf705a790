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
const otherMachine = 'tells of the machine that the recording was made on'
const noTimedate = 'the recording node has no timedatectl program'
const fakeRust = 'the recording node has a stand-in in the place of a library in Rust'
const noApt = 'the recording node has no packages, nor a list of where they come from'
const fakeServices = 'the recording node has a stand-in for systemd with descriptions of its own'
const ownCertificates = 'the certificates are those of the recording node'
const noEmulator = 'the recording node has no emulator for machines'
const noPrograms = 'the recording node has none of the programs that this is asked of'
const oneOf =
  'the recorded server is newer than the description of its API, and checks a rule as one of two separate forms'

/** How far the simulator agrees with each recording: the exchanges in which both differ, each with its reason. */
export const recordings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
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
  'config/index': {
    'index/038-cluster-config-nodes-as-root-pam-full': noCorosync,
    'index/063-cluster-notifications-endpoints-sendmail-as-root-pam-full': fakeRust,
    'index/067-cluster-notifications-matchers-as-root-pam-full': fakeRust,
    'index/068-cluster-notifications-targets-as-root-pam-full': fakeRust,
    'index/109-nodes-node-disks-lvmthin-as-root-pam-full': noPrograms,
    'index/110-nodes-node-disks-zfs-as-root-pam-full': noPrograms,
    'index/114-nodes-node-hardware-pci-as-root-pam-full': otherMachine,
    'index/126-nodes-node-network-as-root-pam-full': noLinks,
    'index/148-nodes-node-services-as-root-pam-full': fakeServices,
    'index/152-nodes-node-storage-storage-content-as-root-pam-full':
      'the volumes of the recorded guests were never made',
    'index/181-cluster-config-nodes-as-root-pam': noCorosync,
    'index/206-cluster-notifications-endpoints-sendmail-as-root-pam': fakeRust,
    'index/210-cluster-notifications-matchers-as-root-pam': fakeRust,
    'index/211-cluster-notifications-targets-as-root-pam': fakeRust,
    'index/252-nodes-node-disks-lvmthin-as-root-pam': noPrograms,
    'index/253-nodes-node-disks-zfs-as-root-pam': noPrograms,
    'index/257-nodes-node-hardware-pci-as-root-pam': otherMachine,
    'index/269-nodes-node-network-as-root-pam': noLinks,
    'index/291-nodes-node-services-as-root-pam': fakeServices,
    'index/295-nodes-node-storage-storage-content-as-root-pam':
      'the volumes of the recorded guests were never made',
    'index/610-cluster-config-nodes-as-auditor-pve': noCorosync,
    'index/635-cluster-notifications-endpoints-sendmail-as-auditor-pve': fakeRust,
    'index/639-cluster-notifications-matchers-as-auditor-pve': fakeRust,
    'index/640-cluster-notifications-targets-as-auditor-pve': fakeRust,
    'index/681-nodes-node-disks-lvmthin-as-auditor-pve': noPrograms,
    'index/682-nodes-node-disks-zfs-as-auditor-pve': noPrograms,
    'index/686-nodes-node-hardware-pci-as-auditor-pve': otherMachine,
    'index/698-nodes-node-network-as-auditor-pve': noLinks,
    'index/720-nodes-node-services-as-auditor-pve': fakeServices,
  },
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
  'config/node': {
    'node/041-put-nodes-pve9-config': noResolver,
    'node/044-get-nodes-pve1-hosts': otherMachine,
    'node/055-get-nodes-pve1-dns': otherMachine,
    'node/067-get-nodes-pve1-time': noTimedate,
    'node/068-put-nodes-pve1-time': noTimedate,
    'node/069-get-nodes-pve1-time': noTimedate,
    'node/070-put-nodes-pve1-time': noTimedate,
    'node/071-put-nodes-pve1-time': noTimedate,
    'node/074-get-nodes-pve1-status': otherMachine,
    'node/075-get-nodes-pve1-subscription': fakeRust,
    'node/076-get-nodes-pve1-report': noPrograms,
    'node/077-get-nodes-pve1-services': fakeServices,
    'node/079-get-nodes-pve1-apt-update': noApt,
    'node/080-get-nodes-pve1-apt-repositories': noApt,
    'node/081-get-nodes-pve1-apt-versions': noApt,
    'node/083-get-nodes-pve1-certificates-info': ownCertificates,
    'node/088-get-nodes-pve1-capabilities-qemu-cpu-flags': words,
    'node/089-get-nodes-pve1-capabilities-qemu-machines': noEmulator,
    'node/090-get-nodes-pve1-capabilities-qemu-migration': noEmulator,
    'node/092-get-nodes-pve1-hardware-pci': otherMachine,
    'node/093-get-nodes-pve1-hardware-usb': otherMachine,
    'node/096-get-nodes-pve1-journal': noPrograms,
    'node/103-get-nodes-pve1-disks-list': noPrograms,
    'node/110-get-nodes-pve1-status': otherMachine,
    'node/111-get-nodes-pve1-subscription': fakeRust,
    'node/112-get-nodes-pve1-services': fakeServices,
    'node/115-get-nodes-pve1-apt-versions': noApt,
    'node/116-get-nodes-pve1-certificates-info': ownCertificates,
    'node/118-get-nodes-pve1-hardware-pci': otherMachine,
    'node/123-get-nodes-pve1-report': noPrograms,
    'node/124-get-nodes-pve1-time': noTimedate,
    'node/126-get-nodes-pve1-network': otherMachine,
    'node/129-get-nodes-pve1-subscription': fakeRust,
    'node/134-get-nodes-pve1-certificates-info': ownCertificates,
    'node/147-get-nodes-pve1-subscription': fakeRust,
    'node/152-get-nodes-pve1-certificates-info': ownCertificates,
    'node/163-get-nodes-pve1-rrddata': noDaemon,
    'node/164-get-nodes-pve1-rrd': noDaemon,
    'node/166-get-nodes-pve1-hardware-pci': otherMachine,
    'node/167-get-nodes-pve1-hardware-pci': otherMachine,
    'node/168-get-nodes-pve1-apt-changelog': noApt,
    'node/170-get-nodes-pve1-services-pveproxy-state': fakeServices,
    'node/172-get-nodes-pve1-services-pvedaemon-state': fakeServices,
    'node/174-get-nodes-pve1-services-chrony-state': fakeServices,
    'node/178-get-nodes-pve1-services-corosync-state': fakeServices,
    'node/180-get-nodes-pve1-services-ksmtuned-state': fakeServices,
    'node/182-get-nodes-pve1-services-sshd-state': fakeServices,
    'node/197-put-nodes-pve1-subscription': fakeRust,
    'node/201-get-nodes-pve1-subscription': fakeRust,
    'node/205-get-nodes-pve1-certificates-info': ownCertificates,
    'node/207-get-nodes-pve1-certificates-info': ownCertificates,
    'node/215-get-nodes-pve1-certificates-info': ownCertificates,
  },
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
