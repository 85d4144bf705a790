import type { ReadonlySection } from '../guest/config-file.js'
import type { Cluster } from '../cluster.js'
import { guestConfigPath, type GuestPlace } from '../guest-index.js'
import type { GuestRun } from '../state.js'
import { driveSize, isCdrom, isDriveName, parseDrive } from './drive.js'
import { bootDevices } from './boot-order.js'
import { noPressure } from '../guest/recorded-figures.js'
import { runFigures } from '../guest/run-figures.js'
import { isSet, memoryOf, parseVmConfig } from './vm-config.js'

/** One virtual machine as `GET /nodes/{node}/qemu` lists it. Sizes are bytes, `cpu` is the used share of `cpus`. */
export interface VmRow {
  readonly vmid: number
  readonly name: string
  readonly status: 'running' | 'stopped'
  readonly pid?: number
  /** Seconds. */
  readonly uptime: number
  readonly cpu: number
  readonly cpus: number
  readonly mem: number
  readonly maxmem: number
  readonly memhost: number
  readonly disk: 0
  readonly maxdisk: number
  readonly netin: number
  readonly netout: number
  readonly balloon_min?: number
  readonly shares?: number
  readonly template?: 1
  readonly serial?: 1
  readonly lock?: string
  readonly tags?: string
  readonly pressurecpusome?: number
  readonly pressurecpufull?: number
  readonly pressureiosome?: number
  readonly pressureiofull?: number
  readonly pressurememorysome?: number
  readonly pressurememoryfull?: number
}

/** The row of one virtual machine. qemu-server QemuServer.pm: vmstatus */
export function vmRow(cluster: Cluster, place: GuestPlace): VmRow {
  const { vmid, node } = place
  const fixed = cluster.config.parse(guestConfigPath(place), readFixed)
  const run = cluster.state.guests.get(vmid)
  const status = run?.status
  const uptime = run ? uptimeOf(cluster, run) : 0
  const nodeCpus = processors(cluster, node)
  const known = latestRows.get(fixed)
  if (
    known?.run === run &&
    known?.status === status &&
    known?.uptime === uptime &&
    known?.nodeCpus === nodeCpus
  ) {
    return known.row
  }
  const row = Object.freeze(makeRow({ vmid, fixed, run, uptime, nodeCpus }))
  latestRows.set(fixed, { run, status, uptime, nodeCpus, row })
  return row
}

/** A row moves on once a second; lists of many guests are asked for more often than that. */
const latestRows = new WeakMap<FixedFigures, RowBasis & { readonly row: VmRow }>()

interface RowBasis {
  readonly run: GuestRun | undefined
  readonly status: GuestRun['status'] | undefined
  readonly uptime: number
  readonly nodeCpus: number
}

function makeRow({
  vmid,
  fixed,
  run,
  uptime,
  nodeCpus,
}: Omit<RowBasis, 'status'> & { readonly vmid: number; readonly fixed: FixedFigures }): VmRow {
  const name = fixed.name ?? `VM ${vmid}`
  const cpus = fixed.vcpus ?? Math.min(fixed.maxCpus, nodeCpus)
  if (!run) return { ...fixed.stopped, vmid, name, cpus }
  const { maxmem } = fixed.running
  const { cpu, mem, memhost, netin, netout } = runFigures({ vmid, uptime, run, maxmem })
  return {
    ...fixed.running,
    vmid,
    name,
    cpus,
    pid: run.pid,
    uptime,
    cpu,
    mem,
    memhost,
    netin,
    netout,
  }
}

/** Bytes that a virtual machine has read from and written to its disks since it was started. */
export function vmDiskTraffic(
  cluster: Cluster,
  vmid: number,
): { diskread: number; diskwrite: number } {
  const run = cluster.state.guests.get(vmid)
  if (!run) return { diskread: 0, diskwrite: 0 }
  const { diskread, diskwrite } = runFigures({ vmid, uptime: uptimeOf(cluster, run), run })
  return { diskread, diskwrite }
}

/** Seconds since the guest was started. */
export function uptimeOf(cluster: Cluster, run: GuestRun): number {
  return Math.max(0, Math.floor((cluster.clock.now() - run.startTime) / 1000))
}

function processors(cluster: Cluster, node: string): number {
  const cpu = cluster.state.nodes.get(node)?.cpu
  return cpu ? cpu.sockets * cpu.cores : 1
}

/** What follows from the text of the configuration alone. */
interface FixedFigures {
  readonly name: string | undefined
  readonly vcpus: number | undefined
  readonly maxCpus: number
  /** Put together here: an object is copied many times faster than it is made of several. */
  readonly stopped: FixedPart & typeof idle
  readonly running: FixedPart & typeof active
}

type FixedPart = Pick<
  VmRow,
  'maxmem' | 'disk' | 'maxdisk' | 'balloon_min' | 'shares' | 'template' | 'serial' | 'lock' | 'tags'
>

const idle = {
  status: 'stopped',
  uptime: 0,
  cpu: 0,
  mem: 0,
  memhost: 0,
  netin: 0,
  netout: 0,
} as const

const active = { status: 'running', ...noPressure } as const

function readFixed(text: string): FixedFigures {
  const { main } = parseVmConfig(text)
  const balloon = Number(main.get('balloon') ?? 0)
  const tags = main.get('tags')
  const lock = main.get('lock')
  const vcpus = Number(main.get('vcpus') ?? 0)
  const part: FixedPart = {
    maxmem: memoryOf(main) * 2 ** 20,
    disk: 0,
    maxdisk: bootDiskSize(main) ?? 0,
    ...(balloon > 0 && {
      balloon_min: balloon * 2 ** 20,
      shares: Number(main.get('shares') ?? 1000),
    }),
    ...(isSet(main, 'template') && { template: 1 }),
    ...([0, 1, 2, 3].some((index) => main.get(`serial${index}`)) && { serial: 1 }),
    ...(lock !== undefined && { lock }),
    ...(tags !== undefined && { tags }),
  }
  return {
    name: main.get('name'),
    vcpus: vcpus > 0 ? vcpus : undefined,
    maxCpus: (Number(main.get('sockets')) || 1) * (Number(main.get('cores')) || 1),
    stopped: { ...part, ...idle },
    running: { ...part, ...active },
  }
}

/** qemu-server Drive.pm: bootdisk_size */
function bootDiskSize(main: ReadonlySection): number | undefined {
  for (const name of bootDevices(main)) {
    const text = main.get(name)
    if (!isDriveName(name) || text === undefined) continue
    const drive = parseDrive(name, text)
    if (drive && !isCdrom(drive)) return driveSize(drive)
  }
  return undefined
}
