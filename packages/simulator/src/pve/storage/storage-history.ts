import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { historyRows } from '../guest/history.js'

// pve-storage API2/Storage/Status.pm: rrddata
export const readStorageHistory: Handler = handle(
  'GET',
  '/nodes/{node}/storage/{storage}/rrddata',
  ({ params: { storage, timeframe }, cluster, node }) => {
    const usage = cluster.storages.get(storage) && cluster.storages.usage(storage, node)
    if (!usage) {
      const file = `/var/lib/rrdcached/db/pve-storage-9.0/${node}/${storage}`
      throw failed(`RRD error: opening '${file}': No such file or directory`)
    }
    const { total, used } = usage
    const volumes = [...cluster.storages.medium(storage, node).volumes()]
    return historyRows(timeframe, {
      now: cluster.now(),
      figures: ({ to }) => ({
        total,
        // What is there now took its place when it was made; what is gone is forgotten.
        used: volumes.reduce((sum, volume) => sum - (volume.ctime > to ? volume.used : 0), used),
      }),
    })
  },
)
