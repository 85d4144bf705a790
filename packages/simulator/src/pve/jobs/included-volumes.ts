import { handle, type Handler } from '../../engine/handle.js'
import { backupMounts } from '../backup/container-backup.js'
import { includedGuests } from '../backup/included-guests.js'
import { backupDisks } from '../backup/machine-backup.js'
import type { Cluster } from '../cluster.js'
import type { GuestPlace } from '../guest-index.js'
import { requireJob } from './backup-jobs.js'
import { readJobs } from './job-config.js'
import { readLegacyJobs } from './legacy-jobs.js'

// pve-manager API2/Backup.pm: get_volume_backup_included
const volumes = handle(
  'GET',
  '/cluster/backup/{id}/included_volumes',
  ({ params, cluster, rights }) => {
    const job = requireJob(cluster, params.id)
    const vmids = [...includedGuests(cluster, job.options).values()].flat()
    const children = vmids
      .filter((vmid) => rights.has(`/vms/${vmid}`, 'VM.Audit'))
      .map((vmid) => {
        const place = cluster.guests.get(vmid)
        return place ? guestNode(cluster, place) : { id: vmid, type: 'unknown', leaf: 1 }
      })
    return { children }
  },
)

// pve-manager API2/Cluster/BackupInfo.pm: get_guests_not_in_backup
const notBackedUp = handle('GET', '/cluster/backup-info/not-backed-up', ({ cluster, rights }) => {
  const jobs = [
    ...readLegacyJobs(cluster.config),
    ...[...readJobs(cluster.config).sections.values()].filter(({ type }) => type === 'vzdump'),
  ]
  const included = new Set(
    jobs.flatMap(({ options }) => [...includedGuests(cluster, options).values()].flat()),
  )
  return cluster.guests
    .all()
    .filter(({ vmid }) => rights.has(`/vms/${vmid}`, 'VM.Audit') && !included.has(vmid))
    .map((place) => {
      const name = nameOf(cluster, place)
      return { vmid: place.vmid, type: place.type, ...(name !== undefined && { name }) }
    })
})

export const includedVolumesHandlers: readonly Handler[] = [volumes, notBackedUp]

/** A guest as the tree of the web interface takes it. */
function guestNode(cluster: Cluster, place: GuestPlace): Record<string, unknown> {
  const { vmid, type, node } = place
  const saved =
    type === 'qemu'
      ? backupDisks(cluster.qemu(node, vmid).config.main).map((disk) => ({
          ...disk,
          volume: disk.drive.file,
        }))
      : backupMounts(cluster.lxc(node, vmid).config.main)
  const children = saved.map(({ name, volume, isIncluded, reason }) => ({
    id: `${vmid}:${name}`,
    name: volume,
    included: isIncluded ? 1 : 0,
    reason,
    leaf: 1,
  }))
  const name = nameOf(cluster, place)
  return { id: vmid, type, name: name ?? null, children, leaf: children.length === 0 ? 1 : 0 }
}

function nameOf(cluster: Cluster, { vmid, type, node }: GuestPlace): string | undefined {
  return type === 'qemu'
    ? cluster.qemu(node, vmid).config.main.get('name')
    : cluster.lxc(node, vmid).config.main.get('hostname')
}
