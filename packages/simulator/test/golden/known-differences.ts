const otherNodes =
  'the recorded server had no daemon on other nodes, so the state of their guests is unknown'

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
    rrddata: 'the recorded server had no daemon that collects figures',
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
}
