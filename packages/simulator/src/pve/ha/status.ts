import type { Definition } from '@proxkit/schema'
import type { Handler } from '../../engine/handle.js'
import { hasQuorum } from '../quorum.js'
import { stored, text, type StoredContext } from '../stored/stored-handler.js'
import { queueCommand } from './commands.js'
import { formatSid, resources } from './ha-files.js'
import { readLrm, readManager, type ManagerStatus } from './manager-status.js'

const path = '/cluster/ha/status'

// pve-ha-manager API2/HA/Status.pm: manager_status
const managerStatus = stored('GET', `${path}/manager_status`, ({ cluster, node }) => {
  const status = readManager(cluster.config)
  const nodes = Object.keys(status.node_status ?? {})
  const lrm = nodes.map((name) => [name, readLrm(cluster.config, name) ?? { mode: 'unknown' }])
  return {
    manager_status: { node_status: {}, ...status },
    quorum: { node, quorate: hasQuorum(cluster) ? '1' : '' },
    ...(nodes.length > 0 && { lrm_status: Object.fromEntries(lrm) }),
  }
})

// pve-ha-manager API2/HA/Status.pm: status
const current = stored('GET', `${path}/current`, (context) => {
  const { cluster, node } = context
  const status = readManager(cluster.config)
  const { master_node: master, timestamp } = status
  const isActive = isRecent(timestamp, context)
  const state = isActive ? 'active' : oldTimestamp
  return [
    hasQuorum(cluster)
      ? { id: 'quorum', type: 'quorum', node, status: 'OK', quorate: 1 }
      : { id: 'quorum', type: 'quorum', node, status: `No quorum on node '${node}'!`, quorate: 0 },
    ...(master !== undefined && timestamp !== undefined
      ? [
          {
            id: 'master',
            type: 'master',
            node: master,
            status: `${master} (${state}, ${localTime(timestamp)})`,
            timestamp,
          },
        ]
      : []),
    ...(tellsFencing(cluster.definition)
      ? [
          {
            id: 'fencing',
            type: 'fencing',
            node: master ?? node,
            status: isActive ? 'armed (CRM watchdog active)' : 'standby (CRM watchdog standby)',
            'armed-state': isActive ? 'armed' : 'standby',
          },
        ]
      : []),
    ...Object.keys(status.node_status ?? {})
      .toSorted()
      .map((name) => lrmRow(name, context)),
    ...serviceRows(status, context),
  ]
})

// pve-ha-manager API2/HA/Status.pm: disarm-ha, arm-ha
const disarm = stored('POST', `${path}/disarm-ha`, ({ params, cluster }) => {
  queueCommand(cluster.config, `disarm-ha ${text(params, 'resource-mode')}`)
})
const arm = stored('POST', `${path}/arm-ha`, ({ cluster }) => {
  queueCommand(cluster.config, 'arm-ha')
})

export const statusHandlers: readonly Handler[] = [managerStatus, current, disarm, arm]

/** Versions before 9.2 know no state of fencing. */
function tellsFencing(definition: Definition): boolean {
  const { items } = definition.method('GET', `${path}/current`)?.returns ?? {}
  return items?.properties?.type?.enum?.includes('fencing') ?? true
}

const oldTimestamp = 'old timestamp - dead?'

/** What is older than two minutes is of a manager that does not run any more. $timestamp_to_status */
function isRecent(timestamp: number | undefined, { cluster }: StoredContext): boolean {
  return timestamp !== undefined && cluster.now() - timestamp <= 120
}

function lrmRow(node: string, context: StoredContext): Record<string, unknown> {
  const lrm = readLrm(context.cluster.config, node)
  const row = { id: `lrm:${node}`, type: 'lrm', node }
  if (!lrm?.timestamp) return { ...row, status: `${node} (unable to read lrm status)` }
  const { timestamp, state = 'unknown', mode = 'active' } = lrm
  const isActive = isRecent(timestamp, context)
  const hasWatchdog = isActive && (state === 'active' || state === 'maintenance')
  const watchdog = mode === 'disarm' ? 'released' : 'standby'
  const recent = isActive ? state : oldTimestamp
  const isSpecial = isActive ? mode !== 'active' : mode === 'maintenance' || mode === 'disarm'
  const shown = isSpecial ? `${mode} mode` : recent
  return {
    ...row,
    status: `${node} (${shown}, watchdog ${hasWatchdog ? 'active' : watchdog}, ${localTime(timestamp)})`,
    timestamp,
  }
}

function serviceRows(status: ManagerStatus, { cluster }: StoredContext): Record<string, unknown>[] {
  const known = new Map(
    [...resources.sections(cluster.config).values()].map((section) => [
      formatSid(section),
      section,
    ]),
  )
  const seen = Object.keys(status.service_status ?? {}).toSorted()
  const queued = [...known.keys()].toSorted().filter((sid) => !seen.includes(sid))
  return [...seen, ...queued].map((sid) => {
    const section = known.get(sid)
    const service = status.service_status?.[sid]
    const { state: wanted = 'started', ...options } = section ? resources.data(section) : {}
    const node = service?.node ?? cluster.guests.get(Number(section?.id))?.node ?? '---'
    const state = service?.state ?? (wanted === 'ignored' ? 'ignored' : 'queued')
    return {
      max_restart: 1,
      max_relocate: 1,
      failback: 1,
      ...options,
      id: `service:${sid}`,
      type: 'service',
      sid,
      node,
      state,
      status: `${sid} (${node}, ${state})`,
      request_state: wanted,
      ...(service && { crm_state: service.state }),
    }
  })
}

/** As Perl prints times: `Wed Nov 18 11:06:40 2026`. */
function localTime(seconds: number): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = new Date(seconds * 1000)
    .toUTCString()
    .replace(',', '')
    .split(' ')
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`
}
