import type { Cluster } from '../cluster.js'
import type { ReadonlySection } from '../guest/config-file.js'
import type { GuestPlace } from '../guest-index.js'
import { driveNames } from './drive.js'
import { runningMachine, qemuVersion } from './machine.js'
import { isSet, memoryOf } from './vm-config.js'
import { vmDiskTraffic, vmRow, type VmRow } from './vm-row.js'

/** A row with what the machine monitor tells about a running guest. QemuServer.pm: vmstatus with `full` */
export function fullVmRow(
  cluster: Cluster,
  place: GuestPlace,
): VmRow & Readonly<Record<string, unknown>> {
  const row = vmRow(cluster, place)
  const run = cluster.state.guests.get(place.vmid)
  if (!run) return { ...row, qmpstatus: 'stopped' }
  const { main } = cluster.qemu(place.node, place.vmid).config
  const traffic = vmDiskTraffic(cluster, place.vmid)
  return {
    ...row,
    qmpstatus: run.status,
    'running-machine': runningMachine(main),
    'running-qemu': qemuVersion,
    'proxmox-support': monitorSupport,
    ...traffic,
    ...blockStatistics(main, traffic),
    ...networkCounters(row, main),
    ...balloonFigures(row, { main, now: cluster.now() }),
  }
}

/** What the monitor of this version can do, as it says itself. */
const monitorSupport = {
  'backup-access-api': true,
  'backup-fleecing': true,
  'backup-max-workers': true,
  'pbs-dirty-bitmap': true,
  'pbs-dirty-bitmap-migration': true,
  'pbs-dirty-bitmap-savevm': true,
  'pbs-library-version': '2.0.3',
  'pbs-masterkey': true,
  'query-bitmap-info': true,
} as const

/** Without a balloon device the memory is the whole of it, and there are no figures. */
function balloonFigures(
  row: VmRow,
  { main, now }: { main: ReadonlySection; now: number },
): Record<string, unknown> {
  if (main.has('balloon') && !isSet(main, 'balloon')) return {}
  const maxMemory = memoryOf(main) * 2 ** 20
  const balloon = row.balloon_min ?? maxMemory
  const freeMemory = maxMemory - row.mem
  return {
    balloon,
    freemem: freeMemory,
    ballooninfo: {
      actual: balloon,
      free_mem: freeMemory,
      last_update: now,
      major_page_faults: 0,
      max_mem: maxMemory,
      mem_swapped_in: 0,
      mem_swapped_out: 0,
      minor_page_faults: 0,
      total_mem: maxMemory,
    },
  }
}

/** All traffic is taken to be on the first disk; a drive without one has none. */
function blockStatistics(
  main: ReadonlySection,
  traffic: { diskread: number; diskwrite: number },
): { blockstat?: Record<string, unknown> } {
  const drives = driveNames.filter((name) => main.has(name) && !/^(?:efidisk|tpmstate)/.test(name))
  if (drives.length === 0) return {}
  const busy = drives.find((name) => !main.get(name)?.includes('media=cdrom'))
  return {
    blockstat: Object.fromEntries(
      drives.map((name) => [
        name,
        statistics(name === busy ? traffic : { diskread: 0, diskwrite: 0 }),
      ]),
    ),
  }
}

function statistics({ diskread, diskwrite }: { diskread: number; diskwrite: number }): unknown {
  return {
    account_failed: true,
    account_invalid: true,
    failed_rd_operations: 0,
    failed_wr_operations: 0,
    flush_operations: Math.floor(diskwrite / 2 ** 20),
    flush_total_time_ns: 0,
    idle_time_ns: 0,
    rd_bytes: diskread,
    rd_merged: 0,
    rd_operations: Math.floor(diskread / 2 ** 15),
    rd_total_time_ns: diskread * 4,
    wr_bytes: diskwrite,
    wr_highest_offset: diskwrite,
    wr_merged: 0,
    wr_operations: Math.floor(diskwrite / 2 ** 12),
    wr_total_time_ns: diskwrite * 9,
  }
}

/** Counters of the network devices by interface of the node; all traffic is taken to be on the first one. */
function networkCounters(row: VmRow, main: ReadonlySection): { nics?: Record<string, unknown> } {
  const devices = [...main.keys()]
    .flatMap((name) => /^net(\d+)$/.exec(name)?.[1] ?? [])
    .toSorted((a, b) => Number(a) - Number(b))
  if (devices.length === 0) return {}
  return {
    nics: Object.fromEntries(
      devices.map((index, position) => [
        `tap${row.vmid}i${index}`,
        position === 0 ? { netin: row.netin, netout: row.netout } : { netin: 0, netout: 0 },
      ]),
    ),
  }
}
