import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { historyPicture } from '../guest/history-picture.js'
import { recordFile } from '../guest/record-file.js'
import { recordedColumns, recordedFigures, requireRecorded } from '../guest/recorded-figures.js'
import { containerRow } from './container-row.js'

// pve-container API2/LXC.pm: rrddata
const figures = handle('GET', '/nodes/{node}/lxc/{vmid}/rrddata', ({ params, cluster }) =>
  history(cluster, params),
)

// pve-container API2/LXC.pm: rrd
const picture = handle('GET', '/nodes/{node}/lxc/{vmid}/rrd', ({ params, cluster }) =>
  historyPicture({
    file: recordFile(cluster, { kind: 'vm', name: params.vmid }),
    columns: recordedColumns,
    ds: params.ds,
    rows: () => history(cluster, params),
  }),
)

export const historyHandlers: readonly Handler[] = [figures, picture]

function history(
  cluster: Cluster,
  { vmid, timeframe }: { readonly vmid: string; readonly timeframe: string },
): Record<string, number>[] {
  const place = requireRecorded(cluster, { vmid: Number(vmid), type: 'lxc' })
  const { cpus, maxmem, maxdisk, disk } = containerRow(cluster, place)
  const sizes = { maxcpu: Number(cpus), maxmem, maxdisk, disk }
  return recordedFigures(cluster, { place, timeframe, sizes })
}
