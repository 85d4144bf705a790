import { failed, faultText, permissionDenied } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import { readDatacenterConfig } from '../cluster/datacenter-config.js'
import type { Rights } from '../access/rights.js'
import type { CallContext } from '../context.js'
import {
  bulkGuests,
  guestName,
  isRunning,
  startStopList,
  type BulkGroup,
  type BulkGuest,
} from './bulk-guests.js'
import { exitStatusOf, isFailure, Workers } from './workers.js'

/** What is common to the parameters of all of these calls. */
interface BulkParams {
  readonly vms?: readonly string[]
  readonly 'max-workers'?: string
  readonly maxworkers?: string
}

// pve-manager API2/Cluster/BulkAction/Guest.pm: start
const start = handle('POST', '/cluster/bulk-action/guest/start', (context) => {
  const { params, cluster, rights, startTask, call } = context
  const vmids = requireOnGuests(rights, { params, privileges: ['VM.PowerMgmt'] })
  return startTask('bulk-start', '', async (task) => {
    const groups = startStopList(cluster, { vmids })
    announce(task, { vmids, action: 'Starting' })
    const failures = await forEachGuest(context, task, {
      groups,
      most: workerLimit(context, 4),
      async begin(guest) {
        const { type, vmid, node } = guest
        const isPaused = cluster.state.guests.get(vmid)?.status === 'paused'
        if (isRunning(cluster, guest) && !isPaused && type === 'qemu') {
          task.warn(`Skipping ${guestName(guest)}, already running.`)
          return undefined
        }
        task.log(`Starting ${guestName(guest)}`)
        const place = { node, vmid: String(vmid) }
        if (isPaused && type === 'qemu') {
          return call('POST /nodes/{node}/qemu/{vmid}/status/resume', place)
        }
        if (isRunning(cluster, guest)) {
          return call('POST /nodes/{node}/lxc/{vmid}/status/resume', place)
        }
        return type === 'lxc'
          ? call('POST /nodes/{node}/lxc/{vmid}/status/start', place)
          : call('POST /nodes/{node}/qemu/{vmid}/status/start', {
              ...place,
              ...(params.timeout !== undefined && { timeout: params.timeout }),
            })
      },
      async end(guest, status) {
        if (isFailure(status)) {
          task.warn(`Starting ${guestName(guest)} failed: ${status}`)
        } else if (guest.up) {
          task.log(`Waiting for ${guest.up} seconds (startup delay)`)
          await task.sleep(guest.up * 1000)
        }
      },
    })
    if (failures.length > 0) {
      throw failed(`Some guests failed to start: ${failures.join(', ')}`)
    }
  })
})

// pve-manager API2/Cluster/BulkAction/Guest.pm: shutdown
const shutdown = handle('POST', '/cluster/bulk-action/guest/shutdown', (context) => {
  const { params, cluster, rights, startTask, call } = context
  const vmids = requireOnGuests(rights, { params, privileges: ['VM.PowerMgmt'] })
  return startTask('bulk-shutdown', '', async (task) => {
    const groups = startStopList(cluster, { vmids }).toReversed()
    announce(task, { vmids, action: 'Shutting down' })
    const failures = await forEachGuest(context, task, {
      groups,
      most: workerLimit(context, 4),
      async begin(guest) {
        if (!isRunning(cluster, guest)) {
          task.warn(`Skipping ${guestName(guest)}, not running.`)
          return undefined
        }
        const isPaused = cluster.state.guests.get(guest.vmid)?.status === 'paused'
        if (isPaused && params['force-stop'] !== '1') {
          task.warn(`Skipping ${guestName(guest)}, resume paused VM before shutdown.`)
          return undefined
        }
        const timeout = String(guest.down ?? params.timeout ?? 180)
        task.log(`Shutting down ${guestName(guest)} (Timeout = ${timeout} seconds)`)
        const options = {
          node: guest.node,
          vmid: String(guest.vmid),
          timeout,
          forceStop: params['force-stop'] ?? '1',
        }
        return guest.type === 'lxc'
          ? call('POST /nodes/{node}/lxc/{vmid}/status/shutdown', options)
          : call('POST /nodes/{node}/qemu/{vmid}/status/shutdown', options)
      },
      end: warnOf(task, 'Stopping'),
    })
    if (failures.length > 0) {
      throw failed(`Some guests failed to shutdown ${failures.join(', ')}`)
    }
  })
})

// pve-manager API2/Cluster/BulkAction/Guest.pm: suspend
const suspend = handle('POST', '/cluster/bulk-action/guest/suspend', (context) => {
  const { params, cluster, rights, startTask, call } = context
  const { statestorage } = params
  const toDisk = params['to-disk'] === '1'
  const vmids = requireOnGuests(rights, { params, privileges: ['VM.PowerMgmt'] })
  if (toDisk) {
    requireOnGuests(rights, { params, privileges: ['VM.Config.Disk'] })
    if (statestorage) rights.require(`/storage/${statestorage}`, 'Datastore.AllocateSpace')
  }
  return startTask('bulk-suspend', '', async (task) => {
    const groups = startStopList(cluster, { vmids }).toReversed()
    announce(task, { vmids, action: 'Suspending' })
    const failures = await forEachGuest(context, task, {
      groups,
      most: workerLimit(context, 4),
      async begin(guest) {
        if (guest.type !== 'qemu') {
          task.warn(`skipping ${guest.vmid}, only VMs can be suspended`)
          return undefined
        }
        if (!isRunning(cluster, guest)) {
          task.warn(`Skipping VM ${guest.vmid}, not running.`)
          return undefined
        }
        task.log(`Suspending VM ${guest.vmid}`)
        return call('POST /nodes/{node}/qemu/{vmid}/status/suspend', {
          node: guest.node,
          vmid: String(guest.vmid),
          todisk: toDisk ? '1' : '0',
          ...(toDisk && statestorage !== undefined && { statestorage }),
        })
      },
      end: warnOf(task, 'Stopping'),
    })
    if (failures.length > 0) {
      throw failed(`Some guests failed to suspend ${failures.join(', ')}`)
    }
  })
})

// pve-manager API2/Cluster/BulkAction/Guest.pm: migrate
const migrate = handle('POST', '/cluster/bulk-action/guest/migrate', (context) => {
  const { params, cluster, rights, startTask, call } = context
  const { target, online, 'with-local-disks': withLocalDisks } = params
  const vmids = requireOnGuests(rights, { params, privileges: ['VM.Migrate'] })
  return startTask('bulk-migrate', '', async (task) => {
    const guests = bulkGuests(cluster, { vmids, templates: true, haManaged: true })
    announce(task, { vmids, action: 'Migrating', suffix: ` to ${target}` })
    const failures = await forEachGuest(context, task, {
      groups: [
        { order: 0, guests: guests.map((guest) => ({ ...guest, up: undefined, down: undefined })) },
      ],
      most: workerLimit(context, 1),
      async begin(guest) {
        const { node, type } = guest
        if (node === target) {
          task.warn(`${guestName(guest)} already on ${node}, skipping.`)
          return undefined
        }
        task.log(`Migrating ${guestName(guest)}`)
        const place = { node, vmid: String(guest.vmid), target }
        return type === 'lxc'
          ? call('POST /nodes/{node}/lxc/{vmid}/migrate', {
              ...place,
              ...(online !== undefined && { restart: online }),
            })
          : call('POST /nodes/{node}/qemu/{vmid}/migrate', {
              ...place,
              ...(online !== undefined && { online }),
              ...(withLocalDisks !== undefined && { 'with-local-disks': withLocalDisks }),
            })
      },
      end: warnOf(task, 'Migrating'),
    })
    if (failures.length > 0) {
      throw failed(`Some guests failed to migrate ${failures.join(', ')}`)
    }
  })
})

/** Actions on guests of the whole cluster. */
export const clusterBulkHandlers: readonly Handler[] = [start, shutdown, suspend, migrate]

interface BulkWork {
  readonly groups: readonly BulkGroup[]
  readonly most: number
  /** Starts a task; undefined where there is nothing to do. */
  readonly begin: (guest: BulkGuest) => Promise<unknown>
  readonly end: (guest: BulkGuest, status: string | undefined) => Promise<void> | void
}

/** Runs the groups one after another and returns the guests that failed. handle_task_foreach_guest */
async function forEachGuest(
  { cluster }: Pick<CallContext<unknown>, 'cluster'>,
  task: Task,
  { groups, most, begin, end }: BulkWork,
): Promise<number[]> {
  const failures: number[] = []
  const workers = new Workers<BulkGuest>({ cluster, task, most }, async (guest, upid) => {
    const status = exitStatusOf(cluster, upid)
    if (isFailure(status)) failures.push(guest.vmid)
    await end(guest, status)
  })
  for (const { guests } of groups) {
    for (const guest of guests) {
      await workers.room()
      try {
        const upid = await begin(guest)
        if (typeof upid === 'string') workers.add(upid, guest)
      } catch (error) {
        if (task.signal.aborted) throw error
        task.warn(faultText(error).trimEnd())
        failures.push(guest.vmid)
      }
    }
    await workers.all()
  }
  return failures
}

function warnOf(task: Task, action: string): BulkWork['end'] {
  return (guest, status) => {
    if (isFailure(status)) task.warn(`${action} ${guestName(guest)} failed: ${status}`)
  }
}

/** The guests that are named; undefined for all. check_guest_permissions */
function requireOnGuests(
  rights: Rights,
  { params, privileges }: { readonly params: BulkParams; readonly privileges: readonly string[] },
): readonly number[] | undefined {
  const vmids = params.vms?.map(Number)
  if (vmids !== undefined && vmids.length > 0) {
    for (const vmid of vmids) rights.require(`/vms/${vmid}`, ...privileges)
  } else if (!rights.has('/', ...privileges)) {
    throw permissionDenied(`/, ${privileges.join(', ')}`)
  }
  return vmids
}

function announce(
  task: Task,
  {
    vmids = [],
    action,
    suffix = '',
  }: {
    readonly vmids: readonly number[] | undefined
    readonly action: string
    readonly suffix?: string
  },
): void {
  task.log(
    vmids.length > 0
      ? `${action} guests${suffix}: ${vmids.join(', ')}`
      : `${action} all guests${suffix}`,
  )
}

function workerLimit(
  { params, cluster }: { readonly params: BulkParams } & Pick<CallContext<unknown>, 'cluster'>,
  usual: number,
): number {
  const { max_workers: configured } = readDatacenterConfig(cluster.config)
  return Number(params['max-workers'] ?? params.maxworkers ?? configured ?? usual)
}
