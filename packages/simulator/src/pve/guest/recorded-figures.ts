import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import type { GuestPlace, GuestType } from '../guest-index.js'
import { historyRows } from './history.js'
import { recordFile } from './record-file.js'
import { runFigures } from './run-figures.js'

/** What does not change while a guest runs. */
interface Sizes {
  readonly maxcpu: number
  readonly maxmem: number
  readonly maxdisk: number
  readonly disk: number
}

interface HistoryOptions {
  readonly place: GuestPlace
  readonly timeframe: string
  readonly sizes: Sizes
}

/** The guest with this id; throws where nobody has recorded anything. pve-cluster RRD.pm: create_rrd_data */
export function requireRecorded(
  cluster: Cluster,
  { vmid, type }: { readonly vmid: number; readonly type: GuestType },
): GuestPlace {
  // Every node records the guests of all nodes.
  const place = cluster.guests.get(vmid)
  if (place?.type === type) return place
  const file = recordFile(cluster, { kind: 'vm', name: vmid })
  throw failed(`RRD error: opening '${file}': No such file or directory`)
}

/** Figures as if they had been recorded: of a guest that runs since it was started, of any other only its sizes. */
export function recordedFigures(
  cluster: Cluster,
  { place: { vmid, type }, timeframe, sizes }: HistoryOptions,
): Record<string, number>[] {
  const { maxmem } = sizes
  const run = cluster.state.guests.get(vmid)
  const start = run === undefined ? Infinity : run.startTime / 1000
  return historyRows(timeframe, {
    now: cluster.now(),
    figures({ from, to }) {
      if (!run || from < start) return { ...sizes }
      const before = runFigures({ vmid, uptime: Math.floor(from - start), run, maxmem })
      const after = runFigures({ vmid, uptime: Math.floor(to - start), run, maxmem })
      const rate = (name: 'netin' | 'netout' | 'diskread' | 'diskwrite'): number =>
        (after[name] - before[name]) / (to - from)
      return {
        ...sizes,
        cpu: after.cpu,
        mem: after.mem,
        memhost: type === 'lxc' ? 0 : after.memhost,
        netin: rate('netin'),
        netout: rate('netout'),
        diskread: rate('diskread'),
        diskwrite: rate('diskwrite'),
        ...noPressure,
      }
    },
  })
}

/** What is recorded of guests, the last of it since version 9. pve-cluster pmxcfs/status.c: rrd_def_vm */
export const recordedColumns: readonly string[] = [
  'maxcpu',
  'cpu',
  'maxmem',
  'mem',
  'maxdisk',
  'disk',
  'netin',
  'netout',
  'diskread',
  'diskwrite',
  'memhost',
  'pressurecpusome',
  'pressurecpufull',
  'pressureiosome',
  'pressureiofull',
  'pressurememorysome',
  'pressurememoryfull',
]

/** How often a guest has to wait for what it needs: never. */
export const noPressure = {
  pressurecpusome: 0,
  pressurecpufull: 0,
  pressureiosome: 0,
  pressureiofull: 0,
  pressurememorysome: 0,
  pressurememoryfull: 0,
} as const
