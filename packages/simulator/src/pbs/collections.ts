import { realmCollections } from '../rest/access/realm-collections.js'
import type { RestRights } from '../rest/access/rights.js'
import { restCollection } from '../rest/collection.js'
import type { RestHandler } from '../rest/context.js'
import { bad } from '../rest/rest-fault.js'
import type { RestSection } from '../rest/section-file.js'
import { files } from './config-files.js'
import { requireReadableJob, requireSyncRights, seesJob } from './job-rights.js'
import { storePath } from './store-path.js'

function ofStore({ data }: RestSection): string {
  return storePath(String(data.store), data.ns)
}

// proxmox-backup src/api2/config/prune.rs
const pruneJobs = restCollection({
  file: files.prune,
  type: 'prune',
  path: '/config/prune',
  id: 'id',
  noun: 'job',
  maySee: (rights, job) => rights.hasAny(ofStore(job), 'Datastore.Audit', 'Datastore.Modify'),
  requireRead: (rights, job) => rights.require(ofStore(job), ['Datastore.Audit'], { any: true }),
  requireChange: (rights, job) => rights.require(ofStore(job), ['Datastore.Modify'], { any: true }),
})

// proxmox-backup src/api2/config/verify.rs
const verifyJobs = restCollection({
  file: files.verify,
  type: 'verification',
  path: '/config/verify',
  id: 'id',
  noun: 'job',
  maySee: (rights, job) => rights.hasAny(ofStore(job), 'Datastore.Audit', 'Datastore.Verify'),
  requireRead: (rights, job) =>
    rights.require(ofStore(job), ['Datastore.Audit', 'Datastore.Verify'], { any: true }),
  requireChange: (rights, job) => rights.require(ofStore(job), ['Datastore.Verify']),
})

// proxmox-backup src/api2/config/sync.rs
const syncJobs = restCollection({
  file: files.sync,
  type: 'sync',
  path: '/config/sync',
  id: 'id',
  noun: 'job',
  maySee: seesJob,
  requireRead: requireReadableJob,
  requireChange: requireSyncRights,
  accept({ data }) {
    const isSame = data.remote === undefined && data.store === data['remote-store']
    // Namespaces of one datastore may be synchronised, a place with itself not.
    if (isSame && (data.ns ?? '') === (data['remote-ns'] ?? '')) {
      throw bad("source and target datastore can't be the same")
    }
  },
})

// proxmox-backup src/api2/config/remote.rs
const remotes = restCollection({
  file: files.remote,
  type: 'remote',
  path: '/config/remote',
  id: 'name',
  noun: 'remote',
  hidden: ['password'],
  maySee: (rights, { id }) => rights.hasAny(`/remote/${id}`, 'Remote.Audit'),
})

// proxmox-backup src/api2/config/traffic_control.rs
const trafficRules = restCollection({
  file: files.trafficControl,
  type: 'rule',
  path: '/config/traffic-control',
  id: 'name',
  noun: 'traffic control rule',
})

// proxmox-backup src/api2/config/metrics/
const metricServers = (['influxdb-http', 'influxdb-udp'] as const).flatMap((type) =>
  restCollection({
    file: files.metrics,
    type,
    path: `/config/metrics/${type}`,
    id: 'name',
    noun: 'metric server',
    unknown: (name) => `name '${name}' does not exist.`,
    isPlain: true,
    hidden: ['token'],
  }),
)

const tape = [
  // proxmox-backup src/api2/config/media_pool.rs
  ...restCollection({
    file: files.mediaPool,
    type: 'pool',
    path: '/config/media-pool',
    id: 'name',
    noun: 'Media pool',
    unknown: (name) => `delete pool '${name}' failed - no such pool`,
    maySee: (rights, { id }) => rights.hasAny(`/tape/pool/${id}`, 'Tape.Audit'),
  }),
  // proxmox-backup src/api2/config/drive.rs
  ...restCollection({
    file: files.tape,
    type: 'lto',
    path: '/config/drive',
    id: 'name',
    noun: 'Entry',
    unknown: (name) => `Delete drive '${name}' failed - no such drive`,
    maySee: seesDevice,
  }),
  // proxmox-backup src/api2/config/changer.rs
  ...restCollection({
    file: files.tape,
    type: 'changer',
    path: '/config/changer',
    id: 'name',
    noun: 'Entry',
    unknown: (name) => `Delete changer '${name}' failed - no such entry`,
    maySee: seesDevice,
  }),
  // proxmox-backup src/api2/config/tape_backup_job.rs
  ...restCollection({
    file: files.tapeJob,
    type: 'backup',
    path: '/config/tape-backup-job',
    id: 'id',
    noun: 'job',
    maySee: (rights, { id }) => rights.hasAny(`/tape/job/${id}`, 'Tape.Audit'),
  }),
]

function seesDevice(rights: RestRights, { id }: RestSection): boolean {
  return rights.hasAny(`/tape/device/${id}`, 'Tape.Audit')
}

/** Configuration that calls read and write in the general way. */
export const collectionHandlers: readonly RestHandler[] = [
  ...pruneJobs,
  ...verifyJobs,
  ...syncJobs,
  ...remotes,
  ...trafficRules,
  ...metricServers,
  ...realmCollections,
  ...tape,
]
