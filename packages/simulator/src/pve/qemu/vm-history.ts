import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { historyRows } from '../guest/history.js'
import { runFigures } from '../guest/run-figures.js'
import { noPressure, vmRow } from './vm-row.js'

/** Figures as if they had been recorded: of a machine that runs since it was started, of any other only its sizes. */
export const readHistory: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/rrddata',
  ({ params, cluster }) => {
    const vmid = Number(params.vmid)
    // Every node records the guests of all nodes.
    const place = cluster.guests.get(vmid)
    if (place?.type !== 'qemu') {
      const file = `/var/lib/rrdcached/db/pve-vm-9.0/${vmid}`
      throw failed(`RRD error: opening '${file}': No such file or directory`)
    }
    const { cpus, maxmem, maxdisk, disk } = vmRow(cluster, place)
    const sizes = { maxcpu: cpus, maxmem, maxdisk, disk }
    const run = cluster.state.guests.get(vmid)
    const start = run === undefined ? Infinity : run.startTime / 1000
    return historyRows(params.timeframe, {
      now: cluster.now(),
      figures({ from, to }) {
        if (!run || from < start) return sizes
        const before = runFigures({ vmid, uptime: Math.floor(from - start), run, maxmem })
        const after = runFigures({ vmid, uptime: Math.floor(to - start), run, maxmem })
        const rate = (name: 'netin' | 'netout' | 'diskread' | 'diskwrite'): number =>
          (after[name] - before[name]) / (to - from)
        return {
          ...sizes,
          cpu: after.cpu,
          mem: after.mem,
          memhost: after.memhost,
          netin: rate('netin'),
          netout: rate('netout'),
          diskread: rate('diskread'),
          diskwrite: rate('diskwrite'),
          ...noPressure,
        }
      },
    })
  },
)
