import type { Schema } from '../model.js'

/** Whether a number is a point in time, in seconds since 1970: the definitions tell it by the name alone. */
export function isEpoch(name: string, { type }: Schema): boolean {
  return type === 'integer' && names.has(name)
}

// pve-access-control PVE/API2/User.pm: expire; pve-firewall PVE/API2/Firewall/Host.pm: since, until; pmg-api
// PMG/API2/MailTracker.pm: starttime; proxmox-backup src/api2/admin/datastore.rs: backup-time
const names = new Set([
  'backup-time',
  'endtime',
  'expire',
  'expire-at',
  'since',
  'start-time',
  'starttime',
  'until',
])
