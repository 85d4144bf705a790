import { handle, type Handler } from '../../engine/handle.js'
import { recordedFigures, requireRecorded } from '../guest/recorded-figures.js'
import { vmRow } from './vm-row.js'

export const readHistory: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/rrddata',
  ({ params, cluster }) => {
    const vmid = Number(params.vmid)
    const place = requireRecorded(cluster, { vmid, type: 'qemu' })
    const { cpus, maxmem, maxdisk, disk } = vmRow(cluster, place)
    const sizes = { maxcpu: cpus, maxmem, maxdisk, disk }
    return recordedFigures(cluster, { place, timeframe: params.timeframe, sizes })
  },
)
