import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import type { GuestType } from '../guest-index.js'
import { containerRow } from '../lxc/container-row.js'
import { vmRow } from '../qemu/vm-row.js'
import { historyPicture } from './history-picture.js'
import { recordFile } from './record-file.js'
import { recordedColumns, recordedFigures, requireRecorded } from './recorded-figures.js'

/** What was recorded of the guests of a type, as figures and as pictures. */
export function historyHandlers(type: GuestType): readonly Handler[] {
  return [
    // qemu-server API2/Qemu.pm, pve-container API2/LXC.pm: rrddata
    handle('GET', `/nodes/{node}/${type}/{vmid}/rrddata`, ({ params, cluster }) =>
      history(cluster, { ...params, type }),
    ),
    // qemu-server API2/Qemu.pm, pve-container API2/LXC.pm: rrd
    handle('GET', `/nodes/{node}/${type}/{vmid}/rrd`, ({ params, cluster }) =>
      historyPicture({
        file: recordFile(cluster, { kind: 'vm', name: params.vmid }),
        columns: recordedColumns,
        ds: params.ds,
        rows: () => history(cluster, { ...params, type }),
      }),
    ),
  ]
}

interface HistoryRequest {
  readonly type: GuestType
  readonly vmid: string
  readonly timeframe: string
}

function history(
  cluster: Cluster,
  { type, vmid, timeframe }: HistoryRequest,
): Record<string, number>[] {
  const place = requireRecorded(cluster, { vmid: Number(vmid), type })
  const rowOf = type === 'qemu' ? vmRow : containerRow
  const { cpus, maxmem, maxdisk, disk } = rowOf(cluster, place)
  const sizes = { maxcpu: Number(cpus), maxmem, maxdisk, disk }
  return recordedFigures(cluster, { place, timeframe, sizes })
}
