/** A point or points in time in the notation of systemd, such as `mon..fri 8..17/2:00`. */
export function checkCalendarEvent(value: string): string | undefined {
  // pve-common CalendarEvent.pm; the grammar is in proxmox-rs proxmox-time/src/calendar_event.rs
  const event = value.replace(/^\p{White_Space}+/u, '').trimEnd()
  if (event !== '' && isCalendarEvent(event)) return undefined
  const detail = event === '' ? ' - event is empty\n' : '\n'
  return `invalid calendar event '${value}' - unable to parse calendar event${detail}\n`
}

const NAMES: ReadonlySet<string> = new Set([
  'minutely',
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'yearly',
  'annually',
  'quarterly',
  'semiannually',
  'semi-annually',
])
const DAYS =
  'mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?'
const DAY_RANGE = String.raw`(?:${DAYS})(?:\.\.(?:${DAYS}))?(?![a-z])`
const WEEKDAYS = new RegExp(`^${DAY_RANGE}(?:,${DAY_RANGE})*[ \t]*`, 'i')

function isCalendarEvent(event: string): boolean {
  let rest = event.endsWith('UTC') ? event.slice(0, -3).replace(/ +$/, '') : event
  if (NAMES.has(rest)) return true
  const weekdays = WEEKDAYS.exec(rest)?.[0] ?? ''
  if (weekdays === '' && /^[a-z]/i.test(rest)) return false
  rest = rest.slice(weekdays.length)
  const afterDate = skipDate(rest)
  rest = afterDate === undefined ? rest : afterDate.replace(/^[ \t]+/, '')
  const afterTime = skipTime(rest)
  const hasPart = weekdays !== '' || afterDate !== undefined || afterTime !== undefined
  return hasPart && (afterTime ?? rest) === ''
}

/** Each of these reads from the beginning of the text; what remains is the answer. */
type Skip = (text: string) => string | undefined

const skipYears = listOf(2200)
const skipMonths = listOf(13)
const skipDaysOfMonth = listOf(32)
const skipHours = listOf(24)
const skipSixtieth = listOf(60)

function skipDate(text: string): string | undefined {
  return (
    inOrder([skipYears, literal('-'), skipMonths, literal('-'), skipDaysOfMonth], text) ??
    inOrder([skipMonths, literal('-'), skipDaysOfMonth], text)
  )
}

function skipTime(text: string): string | undefined {
  const afterHours = inOrder([skipHours, literal(':')], text) ?? text
  const afterMinutes = skipSixtieth(afterHours)
  if (afterMinutes === undefined) return undefined
  return inOrder([literal(':'), skipSixtieth], afterMinutes) ?? afterMinutes
}

function inOrder(skips: readonly Skip[], text: string): string | undefined {
  let rest: string | undefined = text
  for (const skip of skips) {
    if (rest === undefined) return undefined
    rest = skip(rest)
  }
  return rest
}

function literal(prefix: string): Skip {
  return (text) => (text.startsWith(prefix) ? text.slice(prefix.length) : undefined)
}

/** Values below a limit with ranges and repetitions, or `*` with or without a repetition. */
function listOf(limit: number): Skip {
  return (text) => {
    if (!text.startsWith('*')) return skipValues(text, limit)
    const rest = text.slice(1)
    if (!rest.startsWith('/')) return rest
    const [digits] = /^[0-9]+/.exec(rest.slice(1)) ?? []
    if (digits === undefined || Number(digits) >= limit) return undefined
    return Number(digits) === 0 ? rest : rest.slice(1 + digits.length)
  }
}

function skipValues(text: string, limit: number): string | undefined {
  let rest = text
  for (let isFirst = true; ; isFirst = false) {
    const match = /^,?([0-9]+)(?:\.\.([0-9]+))?(?:\/([0-9]+))?/.exec(rest)
    const [whole = '', start, end = start, repeat] = match ?? []
    const numbers = [start, end, repeat].map((digits) => Number(digits ?? 0))
    const isValid =
      start !== undefined &&
      whole.startsWith(',') !== isFirst &&
      numbers.every((number) => number < limit) &&
      Number(start) <= Number(end)
    if (!isValid) return isFirst ? undefined : rest
    rest = rest.slice(whole.length)
  }
}
