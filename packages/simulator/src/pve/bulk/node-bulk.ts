import { failed, faultText, invalidParameters, permissionDenied } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import type { Rights } from '../access/rights.js'
import type { Cluster } from '../cluster.js'
import { readDatacenterConfig } from '../cluster/datacenter-config.js'
import { splitList } from '../config-text.js'
import {
  bulkGuests,
  configOf,
  guestName,
  isRunning,
  startStopList,
  type BulkGuest,
} from './bulk-guests.js'
import { migrateGuest } from './migrate-guest.js'
import { exitStatusOf, isFailure, Workers } from './workers.js'

// pve-manager API2/Nodes.pm: startall
const startAll = handle('POST', '/nodes/{node}/startall', (context) => {
  const { params, cluster, node, rights, startTask, call } = context
  const vmids = vmidsOf(params.vms)
  requireOnGuests(rights, { vmids, privileges: ['VM.PowerMgmt'], everywhere: ['VM.PowerMgmt'] })
  return startTask('startall', '', async (task) => {
    removeBackupLocks(cluster, { node, task })
    const autostart = params.force !== '1'
    const most = workerLimit(cluster, { node, wanted: params['max-workers'] })
    const workers = new Workers<BulkGuest>({ cluster, task, most }, (guest, upid) => {
      const status = exitStatusOf(cluster, upid)
      if (isFailure(status)) task.log(`Starting ${guestName(guest)} failed: ${status}`)
    })
    for (const { guests } of startStopList(cluster, { node, vmids, autostart })) {
      for (const guest of guests) {
        await logged(task, async () => {
          if (isRunning(cluster, guest)) return
          task.log(`Starting ${guestName(guest)}`)
          const place = { node, vmid: String(guest.vmid) }
          const upid = await (guest.type === 'lxc'
            ? call('POST /nodes/{node}/lxc/{vmid}/status/start', place)
            : call('POST /nodes/{node}/qemu/{vmid}/status/start', place))
          workers.add(String(upid), guest)
          const delay = guest.up ?? (guest.type === 'lxc' ? 0 : 3)
          if (guest.up) task.log(`Waiting for ${delay} seconds (startup delay)`)
          await task.sleep(delay * 1000)
          await workers.room()
        })
      }
      await workers.all()
    }
  })
})

// pve-manager API2/Nodes.pm: stopall
const stopAll = handle('POST', '/nodes/{node}/stopall', (context) => {
  const { params, cluster, node, rights, startTask, call } = context
  const vmids = vmidsOf(params.vms)
  requireOnGuests(rights, { vmids, privileges: ['VM.PowerMgmt'], everywhere: ['VM.PowerMgmt'] })
  return startTask('stopall', '', async (task) => {
    const most = workerLimit(cluster, { node, wanted: params['max-workers'] })
    const workers = new Workers<BulkGuest>({ cluster, task, most }, () => {})
    for (const { guests } of startStopList(cluster, { node, vmids }).toReversed()) {
      for (const guest of guests.toReversed()) {
        await logged(task, async () => {
          if (!isRunning(cluster, guest)) return
          const timeout = String(guest.down ?? params.timeout ?? 180)
          task.log(`Stopping ${guestName(guest)} (timeout = ${timeout} seconds)`)
          const options = {
            node,
            vmid: String(guest.vmid),
            timeout,
            forceStop: params['force-stop'] ?? '1',
          }
          const upid = await (guest.type === 'lxc'
            ? call('POST /nodes/{node}/lxc/{vmid}/status/shutdown', options)
            : call('POST /nodes/{node}/qemu/{vmid}/status/shutdown', options))
          workers.add(String(upid), guest)
          await workers.room()
        })
      }
      await workers.all()
    }
  })
})

// pve-manager API2/Nodes.pm: suspendall
const suspendAll = handle('POST', '/nodes/{node}/suspendall', (context) => {
  const { params, cluster, node, rights, startTask, call } = context
  const vmids = vmidsOf(params.vms)
  requireOnGuests(rights, {
    vmids,
    privileges: ['VM.PowerMgmt'],
    everywhere: ['VM.PowerMgmt', 'VM.Config.Disk'],
  })
  return startTask('suspendall', '', async (task) => {
    const most = workerLimit(cluster, { node, wanted: params['max-workers'] })
    const workers = new Workers<BulkGuest>({ cluster, task, most }, () => {})
    for (const { guests } of startStopList(cluster, { node, vmids }).toReversed()) {
      for (const guest of guests.toReversed()) {
        if (guest.type !== 'qemu') {
          task.warn(`skipping ${guest.vmid}, only VMs can be suspended`)
          continue
        }
        await logged(task, async () => {
          if (!isRunning(cluster, guest)) {
            task.log(`VM ${guest.vmid} not running, skipping suspension`)
            return
          }
          task.log(`Suspending VM ${guest.vmid}`)
          const upid = await call('POST /nodes/{node}/qemu/{vmid}/status/suspend', {
            node,
            vmid: String(guest.vmid),
            todisk: '1',
          })
          workers.add(String(upid), guest)
          await workers.room()
        })
      }
      await workers.all()
    }
  })
})

// pve-manager API2/Nodes.pm: migrateall
const migrateAll = handle('POST', '/nodes/{node}/migrateall', (context) => {
  const { params, cluster, node, rights, startTask } = context
  const { target } = params
  const vmids = vmidsOf(params.vms)
  requireOnGuests(rights, { vmids, privileges: ['VM.Migrate'], everywhere: ['VM.Migrate'] })
  if (target === node) throw invalidParameters({ target: 'target is local node.' })
  cluster.node(target)
  const most = Number(
    params['max-workers'] ??
      params.maxworkers ??
      readDatacenterConfig(cluster.config).max_workers ??
      0,
  )
  if (most === 0) {
    throw failed("either 'max-workers' parameter or max_workers in datacenter.cfg must be set!")
  }
  return startTask('migrateall', '', async (task) => {
    const guests = bulkGuests(cluster, { node, vmids, templates: true, haManaged: true })
    if (guests.length === 0) {
      task.log('no virtual guests matched, nothing to do..')
      return
    }
    const workers = new Workers<undefined>({ cluster, task, most }, () => {})
    let started = 0
    // The original sorts the ids as text.
    for (const guest of guests.toSorted((a, b) => (String(a.vmid) < String(b.vmid) ? -1 : 1))) {
      await logged(task, async () => {
        const upid = await migrateGuest(context, task, {
          guest,
          target,
          withLocalDisks: params['with-local-disks'],
        })
        started += 1
        workers.add(upid, undefined)
        await workers.room()
      })
    }
    await workers.all()
    if (started === 0) throw failed('no migrations worker started...')
    task.log(`All jobs finished, used ${started} workers in total.`)
  })
})

/** Actions on all guests of a node. */
export const nodeBulkHandlers: readonly Handler[] = [startAll, stopAll, suspendAll, migrateAll]

function vmidsOf(list: string | undefined): number[] | undefined {
  return list === undefined ? undefined : splitList(list).map(Number)
}

/** Who may not act on all guests names those that he may act on. */
function requireOnGuests(
  rights: Rights,
  {
    vmids,
    privileges,
    everywhere,
  }: {
    readonly vmids: readonly number[] | undefined
    readonly privileges: readonly string[]
    readonly everywhere: readonly string[]
  },
): void {
  if (rights.has('/', ...everywhere)) return
  if (vmids === undefined || vmids.length === 0) {
    throw permissionDenied(`/, ${everywhere.join(' && ')}`)
  }
  for (const vmid of vmids) rights.require(`/vms/${vmid}`, ...privileges)
}

/** pve-manager API2/Nodes.pm: get_max_workers */
function workerLimit(
  cluster: Cluster,
  { node, wanted }: { readonly node: string; readonly wanted: string | undefined },
): number {
  const configured = Number(wanted ?? readDatacenterConfig(cluster.config).max_workers ?? 0)
  if (configured > 0) return configured
  const { cores, sockets } = cluster.node(node).cpu
  return Math.min(Math.max(1, cores * sockets - 1), 8)
}

/** A backup that ended with its node leaves its lock behind. API2/Nodes.pm: $remove_locks_on_startup */
function removeBackupLocks(
  cluster: Cluster,
  { node, task }: { readonly node: string; readonly task: Task },
): void {
  for (const place of bulkGuests(cluster, { node, haManaged: true })) {
    if (configOf(cluster, place).get('lock') !== 'backup') continue
    if (place.type === 'qemu') {
      cluster.qemu(node, place.vmid).update(({ main }) => main.delete('lock'))
    } else {
      const { path } = cluster.lxc(node, place.vmid)
      const text = cluster.config.read(path) ?? ''
      cluster.config.write(path, text.replace(/^lock: backup\n/m, ''))
    }
    task.log(`removed left over backup lock from '${place.vmid}'!`)
  }
}

/** What one guest runs into does not keep the others. */
async function logged(task: Task, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (task.signal.aborted) throw error
    task.log(faultText(error).trimEnd())
  }
}
