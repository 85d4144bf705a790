import { failed, permissionDenied } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import type { Cluster } from '../cluster.js'
import { replicationSections } from '../cluster/replication-jobs.js'
import { nextEvent, parseCalendarEvent } from '../jobs/calendar-event.js'

const path = '/nodes/{node}/replication'

// pve-manager API2/Replication.pm: status
const list = handle('GET', path, ({ params, cluster, node, rights }) =>
  jobsOf(cluster, node)
    .filter(({ guest }) => params.guest === undefined || String(guest) === params.guest)
    .filter(({ guest }) => rights.has(`/vms/${guest}`, 'VM.Audit')),
)

// pve-manager API2/Replication.pm: job_status
const status = handle('GET', `${path}/{id}/status`, ({ params, cluster, node, rights }) => {
  const job = jobsOf(cluster, node).find(({ id }) => id === params.id)
  if (!job) throw failed(`no such replication job '${params.id}'`)
  rights.require(`/vms/${job.guest}`, 'VM.Audit')
  return job
})

// pve-manager API2/Replication.pm: read_job_log. Nothing was transferred, so nothing was noted.
const log = handle('GET', `${path}/{id}/log`, ({ params, cluster, node, rights, setTotal }) => {
  const job = replicationSections.sections(cluster.config).get(params.id)
  if (!job) throw failed(`no such replication job '${params.id}'`)
  const mayRead =
    rights.has(`/vms/${guestOf(params.id)}`, 'VM.Audit') ||
    rights.has(`/nodes/${node}`, 'Sys.Audit')
  if (!mayRead) throw permissionDenied()
  setTotal(1)
  return [{ n: 1, t: 'no content' }]
})

export const nodeReplicationHandlers: readonly Handler[] = [list, status, log]

interface JobStatus {
  readonly id: string
  readonly guest: number
  readonly [option: string]: unknown
}

/** The jobs of the guests that are on a node now; none of them has run. pve-guest-common ReplicationState.pm: job_status */
function jobsOf(cluster: Cluster, node: string): JobStatus[] {
  return [...replicationSections.sections(cluster.config)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, { type, options }]) => {
      const guest = Number(guestOf(id))
      const place = cluster.guests.get(guest)
      const { schedule = '*/15', remove_job: removal, target } = options
      if (place?.node !== node || (removal === undefined && target === node)) return []
      const event = parseCalendarEvent(schedule)
      const next = event ? (nextEvent(event, 0) ?? 0) : 0
      return [
        {
          ...options,
          ...(options.disable !== undefined && { disable: isTrue(options.disable) ? 1 : 0 }),
          ...(options.rate !== undefined && { rate: Number(options.rate) }),
          id,
          type,
          guest,
          jobnum: Number(id.slice(id.indexOf('-') + 1)),
          source: node,
          vmtype: place.type,
          last_sync: 0,
          last_try: 0,
          fail_count: 0,
          next_sync: removal === undefined ? next : 1,
        },
      ]
    })
}

function guestOf(id: string): string {
  return /^\d+/.exec(id)?.[0] ?? ''
}
