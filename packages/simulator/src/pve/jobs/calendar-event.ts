/** Values that one part of a calendar event allows. */
interface Allowed {
  readonly start: number
  readonly end: number
  readonly step: number
}

/** Points in time; an empty list allows every value. Times are UTC, the time zone of the simulated nodes. */
export interface CalendarEvent {
  /** Monday is 0. */
  readonly weekdays: readonly number[]
  readonly years: readonly Allowed[]
  readonly months: readonly Allowed[]
  readonly days: readonly Allowed[]
  readonly hours: readonly Allowed[]
  readonly minutes: readonly Allowed[]
  readonly seconds: readonly Allowed[]
}

/** proxmox-rs proxmox-time/src/calendar_event.rs: parse_calendar_event */
const names: Readonly<Record<string, string>> = {
  minutely: '*:*',
  hourly: '*:00',
  daily: '00:00',
  weekly: 'mon 00:00',
  monthly: '*-*-1 00:00',
  yearly: '*-1-1 00:00',
  annually: '*-1-1 00:00',
  quarterly: '*-1,4,7,10-1 00:00',
  semiannually: '*-1,7-1 00:00',
  'semi-annually': '*-1,7-1 00:00',
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const weekdayPart = /^[a-z]+(?:\.\.[a-z]+)?(?:,[a-z]+(?:\.\.[a-z]+)?)*(?=[ \t]|$)/i

/**
 * Reads an event such as `mon..fri 8..17/2:00` or `*-12-24 18:00`; undefined for other text.
 *
 * The format `pve-calendar-event` of the schema tells what is wrong with such text.
 */
export function parseCalendarEvent(text: string): CalendarEvent | undefined {
  const plain = text.trim().replace(/ *UTC$/, '')
  const event = Object.hasOwn(names, plain) ? (names[plain] ?? '') : plain
  const weekdayText = weekdayPart.exec(event)?.[0] ?? ''
  const weekdays = weekdayText === '' ? [] : readWeekdays(weekdayText)
  const parts = event
    .slice(weekdayText.length)
    .trim()
    .split(/[ \t]+/)
    .filter(Boolean)
  const [first = '', second] = parts
  const hasDate = first.includes('-')
  const date = hasDate ? readDate(first) : { years: [], months: [], days: [] }
  const time = readTime((hasDate ? second : first) || '00:00:00')
  const isWhole = parts.length <= (hasDate ? 2 : 1) && (parts.length > 0 || weekdayText !== '')
  if (!weekdays || !date || !time || !isWhole) return undefined
  return { weekdays, ...date, ...time }
}

/**
 * The first time of the event after `last`, in seconds since the epoch; undefined where it does not come any more.
 *
 * calendar_event.rs: compute_next_event
 */
export function nextEvent(event: CalendarEvent, last: number): number | undefined {
  let at = new Date((last + 1) * 1000)
  for (let round = 0; round < 1000; round += 1) {
    const next = advance(event, at)
    if (next === undefined) return undefined
    if (next.getTime() === at.getTime()) return Math.floor(at.getTime() / 1000)
    at = next
  }
  return undefined
}

/** The beginning of the next larger part that could fit; the time itself where all parts fit. */
function advance(event: CalendarEvent, at: Date): Date | undefined {
  const year = at.getUTCFullYear()
  const month = at.getUTCMonth()
  const day = at.getUTCDate()
  const [hour, minute, second] = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]

  if (!contains(event.years, year)) {
    const next = following(event.years, year)
    return next === undefined ? undefined : time(next, 0)
  }
  if (!contains(event.months, month + 1)) {
    const next = following(event.months, month + 1)
    return next === undefined ? time(year + 1, 0) : time(year, next - 1)
  }
  if (!contains(event.days, day)) {
    const next = following(event.days, day)
    return next === undefined ? time(year, month + 1) : time(year, month, next)
  }
  const weekday = (at.getUTCDay() + 6) % 7
  if (event.weekdays.length > 0 && !event.weekdays.includes(weekday)) {
    const next = event.weekdays.find((wanted) => wanted > weekday) ?? 7
    return time(year, month, day + next - weekday)
  }
  if (!contains(event.hours, hour)) {
    const next = following(event.hours, hour)
    return next === undefined ? time(year, month, day + 1) : time(year, month, day, next)
  }
  if (!contains(event.minutes, minute)) {
    const next = following(event.minutes, minute)
    return next === undefined
      ? time(year, month, day, hour + 1)
      : time(year, month, day, hour, next)
  }
  if (!contains(event.seconds, second)) {
    const next = following(event.seconds, second)
    return next === undefined
      ? time(year, month, day, hour, minute + 1)
      : time(year, month, day, hour, minute, next)
  }
  return at
}

function time(...parts: [number, number, number?, number?, number?, number?]): Date {
  return new Date(Date.UTC(...parts))
}

function contains(list: readonly Allowed[], value: number): boolean {
  return (
    list.length === 0 ||
    list.some(
      ({ start, end, step }) => value >= start && value <= end && (value - start) % step === 0,
    )
  )
}

/** The smallest value of the list above another one. */
function following(list: readonly Allowed[], value: number): number | undefined {
  const candidates = list.flatMap(({ start, end, step }) => {
    const next = value < start ? start : start + (Math.floor((value - start) / step) + 1) * step
    return next <= end ? [next] : []
  })
  return candidates.length === 0 ? undefined : Math.min(...candidates)
}

function readWeekdays(text: string): number[] | undefined {
  const days = new Set<number>()
  for (const part of text.toLowerCase().split(',')) {
    const [start, end = start] = part.split('..').map(weekdayOf)
    if (start === undefined || end === undefined || start < 0 || end < 0) return undefined
    // A range may go over the end of the week.
    for (let day = start; ; day = (day + 1) % 7) {
      days.add(day)
      if (day === end) break
    }
  }
  return [...days].toSorted((a, b) => a - b)
}

function weekdayOf(name: string): number {
  return dayNames.findIndex((short) => name.startsWith(short))
}

function readDate(text: string): Pick<CalendarEvent, 'years' | 'months' | 'days'> | undefined {
  const parts = text.split('-')
  if (parts.length < 2 || parts.length > 3) return undefined
  const [yearText, monthText = '', dayText = ''] = parts.length === 3 ? parts : ['*', ...parts]
  const years = readList(yearText ?? '', 2199)
  const months = readList(monthText, 12)
  const days = readList(dayText, 31)
  return years && months && days ? { years, months, days } : undefined
}

function readTime(text: string): Pick<CalendarEvent, 'hours' | 'minutes' | 'seconds'> | undefined {
  const parts = text.split(':')
  if (parts.length > 3) return undefined
  // A single number is that of the minute.
  const [hourText = '', minuteText = '', secondText = '00'] =
    parts.length === 1 ? ['*', ...parts] : parts
  const hours = readList(hourText, 23)
  const minutes = readList(minuteText, 59)
  const seconds = readList(secondText, 59)
  return hours && minutes && seconds ? { hours, minutes, seconds } : undefined
}

function readList(text: string, most: number): Allowed[] | undefined {
  const list: Allowed[] = []
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|(\d+)(?:\.\.(\d+))?)(?:\/(\d+))?$/.exec(part)
    if (!match) return undefined
    const [, any, start = '0', end, repeat] = match
    const step = Number(repeat ?? 0)
    if (any !== undefined && step === 0) return []
    const isOpen = any !== undefined || (end === undefined && step > 0)
    list.push({
      start: Number(start),
      end: isOpen ? most : Number(end ?? start),
      step: Math.max(step, 1),
    })
  }
  return list
}
