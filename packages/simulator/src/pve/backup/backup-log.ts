import type { Task } from '../../engine/tasks.js'

/** The log of a backup, in the form that all its parts write it. VZDump/Plugin.pm: debugmsg */
export interface BackupLog {
  info(text: string): void
  error(text: string): void
  /** Counts as a warning of the task. */
  warn(text: string): void
}

export function backupLog(task: Pick<Task, 'log' | 'warn'>): BackupLog {
  return {
    info: (text) => task.log(...lines(text).map((line) => `INFO: ${line}`)),
    error: (text) => task.log(...lines(text).map((line) => `ERROR: ${line}`)),
    warn(text) {
      for (const line of lines(text)) task.warn(line)
    },
  }
}

function lines(text: string): string[] {
  return text.trimEnd().split('\n')
}

/** `2026-11-21 02:00:42` in the time zone of the simulated nodes. */
export function printTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')
}

/** `00:01:30`. VZDump.pm: format_time */
export function printDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

/** `350KB`, `1.50GB`. VZDump.pm: format_size */
export function printArchiveSize(bytes: number): string {
  if (bytes < 2 ** 20) return `${Math.trunc(bytes / 2 ** 10)}KB`
  if (bytes < 2 ** 30) return `${Math.trunc(bytes / 2 ** 20)}MB`
  return bytes < 2 ** 40 ? `${(bytes / 2 ** 30).toFixed(2)}GB` : `${(bytes / 2 ** 40).toFixed(2)}TB`
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `1.0 GiB`. pve-common Format.pm: render_bytes */
export function printBytes(bytes: number, digits: number): string {
  const power = bytes > 1023 ? Math.floor(Math.log2(bytes) / 10) : 0
  return `${(bytes / 1024 ** power).toFixed(digits)} ${units[power] ?? ''}`
}

/** `1h 2m 3s`. pve-common Format.pm: render_duration */
export function printShortDuration(seconds: number): string {
  let rest = Math.round(seconds)
  if (rest === 0) return '0s'
  const parts: string[] = []
  for (const [unit, length] of [
    ['w', 604_800],
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / length)
    if (count > 0) parts.push(`${count}${unit}`)
    rest -= count * length
  }
  return parts.join(' ')
}
