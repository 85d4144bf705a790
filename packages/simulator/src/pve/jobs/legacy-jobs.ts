import { type ConfigTree, sha1 } from '../../engine/config-tree.js'
import type { Section } from '../section-config.js'
import { jobFormat } from './job-config.js'

/** The file below `/etc/pve` that backup jobs were kept in before version 7.1. */
export const cronFile = 'vzdump.cron'

/** A job of the old file as a section of the new one. */
export interface LegacyJob extends Section {
  /** Its line in the file. */
  readonly line: string
}

/** pve-guest-common VZDump/Common.pm: parse_vzdump_cron_config */
export function readLegacyJobs(config: ConfigTree): readonly LegacyJob[] {
  return config.has(cronFile) ? config.parse(cronFile, parseCron) : []
}

/** Takes a job out of the old file. */
export function removeLegacyJob(config: ConfigTree, { line }: LegacyJob): void {
  const kept = (config.read(cronFile) ?? '').split('\n').filter((other) => other !== line)
  config.write(cronFile, kept.join('\n'))
}

const jobLine = /^(\d+)\s+(\d+)\s+\*\s+\*\s+(\S+)\s+root\s+(?:\/\S+\/)?(#)?vzdump(?:\s+(.*))?$/
const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

function parseCron(text: string): LegacyJob[] {
  const digest = sha1(text)
  const jobs: LegacyJob[] = []
  for (const line of text.split('\n')) {
    const [, minute, hour, days = '', disabled, command = ''] = jobLine.exec(line) ?? []
    if (minute === undefined || hour === undefined) continue
    const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
    const weekdays = readDays(days)
    if (!weekdays) continue
    const schedule = weekdays.length === 7 ? time : `${weekdays.join(',')} ${time}`
    jobs.push({
      id: `${digest}:${jobs.length + 1}`,
      type: 'vzdump',
      options: { ...readCommand(command), schedule, enabled: disabled === undefined ? '1' : '0' },
      line,
    })
  }
  return jobs
}

/** pve-guest-common VZDump/Common.pm: parse_dow */
function readDays(text: string): string[] | undefined {
  if (text === '*') return dayNames
  const days = new Set<string>()
  for (const part of text.toLowerCase().split(',')) {
    const [start, end = start] = part.split('-')
    const first = dayNumber(start)
    const last = dayNumber(end)
    if (first === undefined || last === undefined) return undefined
    for (let day = first; day <= last; day += 1) days.add(dayNames[day] ?? '')
  }
  return dayNames.filter((day) => days.has(day))
}

/** Sunday is 0 and 7 there. */
function dayNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[0-7]$/.test(text)) return (Number(text) + 6) % 7
  const index = dayNames.indexOf(text)
  return index < 0 ? undefined : index
}

function readCommand(command: string): Record<string, string> {
  const words = Array.from(
    command.matchAll(/'([^']*)'|(\S+)/g),
    ([, quoted, word]) => quoted ?? word ?? '',
  )
  const options: Record<string, string> = {}
  const vmids: string[] = []
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    const name = /^--?(.+)$/.exec(word)?.[1]
    if (name === undefined) vmids.push(word)
    else if (Object.hasOwn(jobFormat.types.vzdump ?? {}, name)) {
      index += 1
      options[name] = words[index] ?? ''
    }
  }
  return { ...options, ...(vmids.length > 0 && { vmid: vmids.join(',') }) }
}
