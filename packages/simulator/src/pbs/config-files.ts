import { RestSectionFile } from '../rest/section-file.js'

/** The files below `/etc/proxmox-backup` that calls read and write. proxmox-backup pbs-config/src/ */
export const files: Readonly<Record<FileName, RestSectionFile>> = {
  datastore: new RestSectionFile('datastore.cfg', {
    datastore: { id: 'name', created: '/config/datastore' },
  }),
  prune: new RestSectionFile('prune.cfg', { prune: { id: 'id', created: '/config/prune' } }),
  sync: new RestSectionFile('sync.cfg', { sync: { id: 'id', created: '/config/sync' } }),
  verify: new RestSectionFile('verification.cfg', {
    verification: { id: 'id', created: '/config/verify' },
  }),
  remote: new RestSectionFile('remote.cfg', { remote: { id: 'name', created: '/config/remote' } }),
  trafficControl: new RestSectionFile('traffic-control.cfg', {
    rule: { id: 'name', created: '/config/traffic-control' },
  }),
  metrics: new RestSectionFile('metricserver.cfg', {
    'influxdb-http': { id: 'name', created: '/config/metrics/influxdb-http' },
    'influxdb-udp': { id: 'name', created: '/config/metrics/influxdb-udp' },
  }),
  mediaPool: new RestSectionFile('media-pool.cfg', {
    pool: { id: 'name', created: '/config/media-pool' },
  }),
  tape: new RestSectionFile('tape.cfg', {
    lto: { id: 'name', created: '/config/drive' },
    changer: { id: 'name', created: '/config/changer' },
  }),
  tapeJob: new RestSectionFile('tape-job.cfg', {
    backup: { id: 'id', created: '/config/tape-backup-job' },
  }),
}

type FileName =
  | 'datastore'
  | 'prune'
  | 'sync'
  | 'verify'
  | 'remote'
  | 'trafficControl'
  | 'metrics'
  | 'mediaPool'
  | 'tape'
  | 'tapeJob'
