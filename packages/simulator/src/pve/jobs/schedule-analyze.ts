import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { nextEvent, parseCalendarEvent } from './calendar-event.js'

// pve-manager API2/Cluster/Jobs.pm: schedule-analyze
export const scheduleAnalyze: Handler = handle(
  'GET',
  '/cluster/jobs/schedule-analyze',
  ({ params, cluster }) => {
    const event = parseCalendarEvent(params.schedule)
    if (!event) throw failed(`unable to parse calendar event '${params.schedule}'`)
    const times: number[] = []
    let last = params.starttime === undefined ? cluster.now() : Number(params.starttime)
    while (times.length < Number(params.iterations ?? 10)) {
      const next = nextEvent(event, last)
      if (next === undefined) break
      times.push(next)
      last = next
    }
    return times.map((timestamp) => ({ timestamp, utc: printTime(timestamp) }))
  },
)

/** As Perl prints a time: `Sat Dec  5 18:00:00 2026`. */
function printTime(seconds: number): string {
  const [, weekday, day = '', month, year, time] =
    /^(\w+), 0?(\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(seconds * 1000).toUTCString()) ?? []
  return `${weekday} ${month} ${day.padStart(2)} ${time} ${year}`
}
