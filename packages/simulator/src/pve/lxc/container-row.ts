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
  fixed: { name, cores, ...fixed },
  run,
  uptime,
  nodeCpus,
}: RowBasis & { readonly vmid: number; readonly fixed: FixedFigures }): ContainerRow {
  const row = {
    vmid,
    type: 'lxc' as const,
    name: name ?? `CT${vmid}`,
    cpus: cores ?? nodeCpus,
    ...fixed,
  }
  if (!run) return { ...row, status: 'stopped', ...idle }
  const { memhost: _, ...figures } = runFigures({ vmid, uptime, run, maxmem: row.maxmem })
  return {
    ...row,
    status: 'running',
    pid: run.pid,
    uptime,
    ...figures,
    swap: 0,
    // A file system is a little smaller than its disk.
    maxdisk: Math.floor(row.maxdisk * 0.98),
    disk: Math.floor(row.maxdisk * 0.2),
    ...noPressure,
  }
}

const idle = {
  uptime: 0,
  cpu: 0,
  mem: 0,
  swap: 0,
  disk: 0,
  diskread: 0,
  diskwrite: 0,
  netin: 0,
  netout: 0,
} as const

const giga = 2 ** 30

interface FixedFigures {
  readonly name: string | undefined
  readonly cores: number | string | undefined
  readonly maxmem: number
  readonly maxswap: number
  readonly maxdisk: number
  readonly template?: 1
  readonly lock?: string
  readonly tags?: string
}

/** What follows from the text of the configuration alone. */
function readFixed(text: string): FixedFigures {
  const { main } = parseContainerConfig(text)
  const limit = main.get('cpulimit') ?? '0'
  const cores = Number(main.get('cores') ?? 0) || (limit === '0' ? undefined : limit)
  const size = /(?:^|,)size=([^,]+)/.exec(main.get('rootfs') ?? '')?.[1]
  const lock = main.get('lock')
  const tags = main.get('tags')
  return {
    name: main.get('hostname')?.replaceAll(/\s/g, ''),
    cores,
    maxmem: memoryOf(main) * 2 ** 20,
    maxswap: Number(main.get('swap') ?? 0) * 2 ** 20,
    maxdisk: parseSize(size ?? '') || 4 * giga,
    ...(isTemplate(main) && { template: 1 }),
    ...(lock && { lock }),
    ...(tags !== undefined && { tags }),
  }
}

function processors(cluster: Cluster, node: string): number {
  const cpu = cluster.state.nodes.get(node)?.cpu
  return cpu ? cpu.sockets * cpu.cores : 1
}
