import { handle, type Handler } from '../../engine/handle.js'
import { recordedFigures, requireRecorded } from '../guest/recorded-figures.js'
import { containerRow } from './container-row.js'

// pve-container API2/LXC.pm: rrddata
export const readHistory: Handler = handle(
  'GET',
  '/nodes/{node}/lxc/{vmid}/rrddata',
  ({ params, cluster }) => {
    const vmid = Number(params.vmid)
    const place = requireRecorded(cluster, { vmid, type: 'lxc' })
    const { cpus, maxmem, maxdisk, disk } = containerRow(cluster, place)
    const sizes = { maxcpu: Number(cpus), maxmem, maxdisk, disk }
    return recordedFigures(cluster, { place, timeframe: params.timeframe, sizes })
  },
)
