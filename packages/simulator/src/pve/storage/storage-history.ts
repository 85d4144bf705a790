import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { historyRows } from '../guest/history.js'
import { historyPicture } from '../guest/history-picture.js'
import { recordFile } from '../guest/record-file.js'

// pve-storage API2/Storage/Status.pm: rrddata
const figures = handle(
  'GET',
  '/nodes/{node}/storage/{storage}/rrddata',
  ({ params: { storage, timeframe }, cluster, node }) => {
    const file = recordFile(cluster, { kind: 'storage', name: `${node}/${storage}` })
    return history(cluster, { file, storage, node, timeframe })
  },
)

// pve-storage API2/Storage/Status.pm: rrd
const picture = handle(
  'GET',
  '/nodes/{node}/storage/{storage}/rrd',
  ({ params: { storage, timeframe, ds }, cluster, node }) => {
    // It goes on looking for the old records, which are no longer written.
    const file = `/var/lib/rrdcached/db/pve2-storage/${node}/${storage}`
    const isWritten = file === recordFile(cluster, { kind: 'storage', name: `${node}/${storage}` })
    return historyPicture({
      file,
      columns: ['total', 'used'],
      ds,
      rows() {
        if (!isWritten) throw notRecorded(file)
        return history(cluster, { file, storage, node, timeframe })
      },
    })
  },
)

export const storageHistoryHandlers: readonly Handler[] = [figures, picture]

function history(
  cluster: Cluster,
  {
    file,
    storage,
    node,
    timeframe,
  }: {
    readonly file: string
    readonly storage: string
    readonly node: string
    readonly timeframe: string
  },
): Record<string, number>[] {
  const { storages } = cluster
  const usage = storages.get(storage) && storages.usage(storage, node)
  if (!usage) throw notRecorded(file)
  const { total, used } = usage
  const volumes = [...storages.medium(storage, node).volumes()]
  return historyRows(timeframe, {
    now: cluster.now(),
    figures: ({ to }) => ({
      total,
      // What is there now took its place when it was made; what is gone is forgotten.
      used: volumes.reduce((sum, volume) => sum - (volume.ctime > to ? volume.used : 0), used),
    }),
  })
}

function notRecorded(file: string): Error {
  return failed(`RRD error: opening '${file}': No such file or directory`)
}
