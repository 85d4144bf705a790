import type { Cluster } from '../cluster.js'
import { guestConfigPath, type GuestPlace } from '../guest-index.js'
import { parseSize } from '../guest/size.js'
import { noPressure } from '../guest/recorded-figures.js'
import { runFigures } from '../guest/run-figures.js'
import { uptimeOf } from '../qemu/vm-row.js'
import type { GuestRun } from '../state.js'
import { isTemplate, memoryOf, parseContainerConfig } from './container-config.js'

/** One container as `GET /nodes/{node}/lxc` lists it. Sizes are bytes, `cpu` is the used share of `cpus`. */
export interface ContainerRow {
  readonly vmid: number
  readonly type: 'lxc'
  readonly name: string
  readonly status: 'running' | 'stopped'
  readonly pid?: number
  /** Seconds. */
  readonly uptime: number
  readonly cpu: number
  /** Text where it is the limit that the configuration sets: the original does not make a number of that. */
  readonly cpus: number | string
  readonly mem: number
  readonly maxmem: number
  readonly swap: number
  readonly maxswap: number
  readonly disk: number
  readonly maxdisk: number
  readonly diskread: number
  readonly diskwrite: number
  readonly netin: number
  readonly netout: number
  readonly template?: 1
  readonly lock?: string
  readonly tags?: string
}

/** The row of one container. pve-container LXC.pm: vmstatus */
export function containerRow(cluster: Cluster, place: GuestPlace): ContainerRow {
  const { vmid, node } = place
  const fixed = cluster.config.parse(guestConfigPath(place), readFixed)
  const run = cluster.state.guests.get(vmid)
  const uptime = run ? uptimeOf(cluster, run) : 0
  const nodeCpus = processors(cluster, node)
  const known = latestRows.get(fixed)
  if (known?.run === run && known?.uptime === uptime && known?.nodeCpus === nodeCpus) {
    return known.row
  }
  const row = Object.freeze(makeRow({ vmid, fixed, run, uptime, nodeCpus }))
  latestRows.set(fixed, { run, uptime, nodeCpus, row })
  return row
}

/** A row moves on once a second; lists of many guests are asked for more often than that. */
const latestRows = new WeakMap<FixedFigures, RowBasis & { readonly row: ContainerRow }>()

interface RowBasis {
  readonly run: GuestRun | undefined
  readonly uptime: number
  readonly nodeCpus: number
}

function makeRow({
  vmid,
  fixed,
  run,
  uptime,
  nodeCpus,
}: RowBasis & { readonly vmid: number; readonly fixed: FixedFigures }): ContainerRow {
  const name = fixed.name ?? `CT${vmid}`
  const cpus = fixed.cores ?? nodeCpus
  if (!run) return { ...fixed.stopped, vmid, name, cpus }
  const { maxmem } = fixed.running
  const figures = runFigures({ vmid, uptime, run, maxmem })
  return {
    ...fixed.running,
    vmid,
    name,
    cpus,
    pid: run.pid,
    uptime,
    cpu: figures.cpu,
    mem: figures.mem,
    diskread: figures.diskread,
    diskwrite: figures.diskwrite,
    netin: figures.netin,
    netout: figures.netout,
  }
}

const giga = 2 ** 30

/** What follows from the text of the configuration alone. */
interface FixedFigures {
  readonly name: string | undefined
  readonly cores: number | string | undefined
  /** Put together here: an object is copied many times faster than it is made of several. */
  readonly stopped: FixedPart & typeof idle
  readonly running: FixedPart & typeof active
}

type FixedPart = Pick<
  ContainerRow,
  'type' | 'maxmem' | 'maxswap' | 'disk' | 'maxdisk' | 'template' | 'lock' | 'tags'
>

const idle = {
  status: 'stopped',
  uptime: 0,
  cpu: 0,
  mem: 0,
  swap: 0,
  diskread: 0,
  diskwrite: 0,
  netin: 0,
  netout: 0,
} as const

const active = { status: 'running', swap: 0, ...noPressure } as const

function readFixed(text: string): FixedFigures {
  const { main } = parseContainerConfig(text)
  const limit = main.get('cpulimit') ?? '0'
  const cores = Number(main.get('cores') ?? 0) || (limit === '0' ? undefined : limit)
  const size = /(?:^|,)size=([^,]+)/.exec(main.get('rootfs') ?? '')?.[1]
  const maxdisk = parseSize(size ?? '') || 4 * giga
  const lock = main.get('lock')
  const tags = main.get('tags')
  const part: FixedPart = {
    type: 'lxc',
    maxmem: memoryOf(main) * 2 ** 20,
    maxswap: Number(main.get('swap') ?? 0) * 2 ** 20,
    disk: 0,
    maxdisk,
    ...(isTemplate(main) && { template: 1 }),
    ...(lock && { lock }),
    ...(tags !== undefined && { tags }),
  }
  return {
    name: main.get('hostname')?.replaceAll(/\s/g, ''),
    cores,
    stopped: { ...part, ...idle },
    // A file system is a little smaller than its disk.
    running: {
      ...part,
      ...active,
      maxdisk: Math.floor(maxdisk * 0.98),
      disk: Math.floor(maxdisk * 0.2),
    },
  }
}

function processors(cluster: Cluster, node: string): number {
  const cpu = cluster.state.nodes.get(node)?.cpu
  return cpu ? cpu.sockets * cpu.cores : 1
}
