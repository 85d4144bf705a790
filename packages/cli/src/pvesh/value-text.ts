import type { Schema } from '@proxkit/schema'
import { stringify } from 'yaml'
import { canonicalJson, sorted } from './canonical-json.js'

/** A value as it stands in a table. pve-common PVE/CLIFormatter.pm: data_to_text */
export function valueText(
  value: unknown,
  schema: Schema | undefined,
  isForPeople: boolean,
): string {
  if (value === undefined || value === null) return ''
  if (isForPeople && schema) {
    if (schema.type === 'boolean')
      return value === 0 || value === '0' || value === false ? '0' : '1'
    const render = renderers[schema.renderer ?? '']
    if (render) return render(value)
  }
  return typeof value === 'string' ? value : canonicalJson(value)
}

export function yamlText(value: unknown): string {
  return `---\n${stringify(sorted(value), { nullStr: '~', singleQuote: true })}`
}

/** pve-common PVE/Format.pm */
const renderers: Readonly<Record<string, (value: unknown) => string>> = {
  bytes: (value) => bytesText(Number(value)),
  duration: (value) => durationText(Number(value)),
  fraction_as_percentage: (value) => `${(Number(value) * 100).toFixed(2)}%`,
  timestamp: (value) => timeText(new Date(Number(value) * 1000 - zoneOffset(Number(value)))),
  timestamp_gmt: (value) => timeText(new Date(Number(value) * 1000)),
  yaml: (value) => yamlText(value).replace(/^---\n/, ''),
}

function bytesText(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = value > 1023 ? Math.floor(Math.log(value) / Math.log(1024)) : 0
  return `${(value / 1024 ** power).toFixed(2)} ${units[power] ?? ''}`
}

function durationText(value: number): string {
  let rest = Math.round(value)
  if (rest === 0) return '0s'
  const parts: string[] = []
  for (const [unit, length] of durationUnits) {
    const count = Math.floor(rest / length)
    if (count <= 0) continue
    parts.push(`${count}${unit}`)
    rest -= count * length
  }
  return parts.join(' ')
}

const durationUnits = [
  ['w', 604_800],
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const

function timeText(time: Date): string {
  return time.toISOString().replace('T', ' ').slice(0, 19)
}

/** Milliseconds by which the local time lags behind. */
function zoneOffset(seconds: number): number {
  return new Date(seconds * 1000).getTimezoneOffset() * 60_000
}
