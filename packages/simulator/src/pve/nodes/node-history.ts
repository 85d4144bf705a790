import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { historyRows } from '../guest/history.js'
import { historyPicture } from '../guest/history-picture.js'
import { recordFile } from '../guest/record-file.js'
import { containerRow } from '../lxc/container-row.js'
import { vmRow } from '../qemu/vm-row.js'
import { nodeFigures } from './node-figures.js'

// pve-manager API2/Nodes.pm: rrddata
const figures = handle('GET', '/nodes/{node}/rrddata', ({ params, cluster, node }) =>
  history(cluster, { node, timeframe: params.timeframe }),
)

// pve-manager API2/Nodes.pm: rrd
const picture = handle('GET', '/nodes/{node}/rrd', ({ params, cluster, node }) =>
  historyPicture({
    file: recordFile(cluster, { kind: 'node', name: node }),
    columns,
    ds: params.ds,
    rows: () => history(cluster, { node, timeframe: params.timeframe }),
  }),
)

export const nodeHistoryHandlers: readonly Handler[] = [figures, picture]

/** pve-cluster pmxcfs/status.c: rrd_def_node */
const columns: readonly string[] = [
  'loadavg',
  'maxcpu',
  'cpu',
  'iowait',
  'memtotal',
  'memused',
  'swaptotal',
  'swapused',
  'roottotal',
  'rootused',
  'netin',
  'netout',
  'memavailable',
  'arcsize',
  'pressurecpusome',
  'pressureiosome',
  'pressureiofull',
  'pressurememorysome',
  'pressurememoryfull',
]

/** Since the node was started, with the guests that ran then as they run now: what is gone is forgotten. */
function history(
  cluster: Cluster,
  { node, timeframe }: { readonly node: string; readonly timeframe: string },
): Record<string, number>[] {
  const { bootTime } = cluster.node(node)
  const guests = runningGuests(cluster, node)
  return historyRows(timeframe, {
    now: cluster.now(),
    figures({ from, to }) {
      if (from < bootTime) return {}
      const present = guests.filter(({ start }) => start <= from)
      const sum = (of: (guest: GuestLoad) => number): number =>
        present.reduce((all, guest) => all + of(guest), 0)
      const loads = new Map([
        [node, { cpus: sum(({ cpus }) => cpus), memory: sum(({ memory }) => memory) }],
      ])
      const { cpu, cpus, wait, loadavg, memory, swap, disk } = nodeFigures(cluster, node, {
        loads,
        now: to,
      })
      return {
        loadavg: loadavg[0],
        maxcpu: cpus,
        cpu,
        iowait: wait,
        memtotal: memory.total,
        memused: memory.used,
        memavailable: memory.total - memory.used,
        swaptotal: swap.total,
        swapused: swap.used,
        roottotal: disk.total,
        rootused: disk.used,
        netin: sum(({ netin }) => netin),
        netout: sum(({ netout }) => netout),
        arcsize: 0,
        pressurecpusome: 0,
        pressureiosome: 0,
        pressureiofull: 0,
        pressurememorysome: 0,
        pressurememoryfull: 0,
      }
    },
  })
}

interface GuestLoad {
  /** Seconds since the epoch. */
  readonly start: number
  readonly cpus: number
  /** Bytes. */
  readonly memory: number
  /** Bytes a second. */
  readonly netin: number
  readonly netout: number
}

function runningGuests(cluster: Cluster, node: string): GuestLoad[] {
  return [...cluster.state.guests].flatMap(([vmid, { startTime }]) => {
    const place = cluster.guests.get(vmid)
    if (place?.node !== node) return []
    const row = place.type === 'qemu' ? vmRow(cluster, place) : containerRow(cluster, place)
    const seconds = Math.max(1, row.uptime)
    return [
      {
        start: startTime / 1000,
        cpus: row.cpu * Number(row.cpus),
        memory: 'memhost' in row ? row.memhost : row.mem,
        netin: row.netin / seconds,
        netout: row.netout / seconds,
      },
    ]
  })
}
