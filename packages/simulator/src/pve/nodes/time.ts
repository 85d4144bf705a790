import { handle, type Handler } from '../../engine/handle.js'
import type { NodeState } from '../state.js'

// pve-manager API2/Nodes.pm: time
export const readTime: Handler = handle('GET', '/nodes/{node}/time', ({ cluster, node }) => {
  const timezone = timezoneOf(cluster.node(node))
  const time = cluster.now()
  return { timezone, time, localtime: time + readOffset(timezone, time) }
})

export function timezoneOf({ files }: NodeState): string {
  return files['/etc/timezone']?.trim() || 'UTC'
}

/** How many seconds the clocks of a time zone are ahead of UTC. Throws a `RangeError` for an unknown zone. */
export function readOffset(timeZone: string, time: number): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const parts = Object.fromEntries(
    format.formatToParts(time * 1000).map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - time
}
