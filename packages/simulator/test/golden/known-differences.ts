const otherNodes =
  'the recorded server had no daemon on other nodes, so the state of their guests is unknown'

const fakeAgent = 'the recorded agent was a stand-in with fixed answers of its own'
const noDaemon = 'the recorded server had no daemon that collects figures'
const hashOrder =
  'the original works through the drives in the order of a hash, which differs between any two runs'
const consoles =
  'the terminals of the recording were a stand-in that ended well, and its screens had nobody to look at them'

/** In what recordings and simulator differ, by recording and exchange, each with its reason. */
export const knownDifferences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'guests/lxc': {
    resources: otherNodes,
    'create/minimal/cluster-resources': otherNodes,
    'run/resources': otherNodes,
    'run/cfg-mp0':
      'the recorded containers did not run: nothing could be mounted into their namespaces',
    'run/resize': 'the recorded containers did not run: none of their volumes was in use',
    'run/interfaces': 'the recorded containers did not run: the interfaces are those of the host',
    rrddata: noDaemon,
    'end/tasks': 'the consoles of the recording still wait for a viewer when the list is read',
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
  'guests/create-basic': {
    'start/resources': otherNodes,
    'create/minimal/cluster-resources': `${otherNodes}, as is that of a guest before its node first tells of it`,
    'create/pool/cluster-resources': `${otherNodes}; a blank that stands for no tags was cut off by a stand-in for the cluster file system`,
    'end/resources': `${otherNodes}; high availability did nothing there`,
  },
  'guests/config-stopped': {
    'unlink/setup': hashOrder,
  },
  'guests/disks-clone-template': {
    'resize/resources': otherNodes,
    'template/resources': otherNodes,
    'delete/unref-left': 'lists a file that was put into the directory behind the back of the API',
    'rrddata/hour': noDaemon,
    rrd: noDaemon,
  },
  'guests/running': {
    resources: otherNodes,
    'resources/suspended': otherNodes,
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
}
