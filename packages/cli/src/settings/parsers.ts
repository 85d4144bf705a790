import { InvalidArgumentError } from 'commander'
import { isIP } from 'node:net'

export function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('Give a number from 0 to 65535.')
}

export function parseSpeed(text: string): number {
  const speed = Number(text)
  if (/^[\d.]+$/.test(text) && Number.isFinite(speed)) return speed
  throw new InvalidArgumentError('Give a number from 0 up, such as 10.')
}

export function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (/^[\d.]+$/.test(text) && seconds > 0 && seconds <= 86_400) return seconds
  throw new InvalidArgumentError('Give seconds above 0 and up to a day, such as 30.')
}

export function parseCount(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count > 0 && count <= 1_000_000) return count
  throw new InvalidArgumentError('Give a whole number from 1 up.')
}

export function parseRetries(text: string): number {
  const rounds = Number(text)
  if (/^\d+$/.test(text) && rounds <= 20) return rounds
  throw new InvalidArgumentError('Give a whole number from 0 to 20.')
}

export function parseKey(text: string): string {
  if (/^[!-~]{8,}$/.test(text)) return text
  throw new InvalidArgumentError('Give at least 8 printable ASCII characters without blanks.')
}

/** Hosts, parted by commas, each perhaps with a port. */
export function parseHosts(text: string): string {
  if (text.split(',').every(isHost)) return text
  throw new InvalidArgumentError('Give hosts with commas, such as pve.example.com:8006.')
}

function isHost(part: string): boolean {
  const host = part.trim()
  return /^(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?$/i.test(host) && URL.canParse(`https://${host}`)
}

/** Networks, parted by commas. */
export function parseNetworks(text: string): string {
  if (text.split(',').every(isNetwork)) return text
  throw new InvalidArgumentError('Give networks with commas, such as 10.1.0.0/16.')
}

function isNetwork(part: string): boolean {
  const [, address = '', bits = ''] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(part.trim()) ?? []
  const kind = isIP(address)
  return kind !== 0 && Number(bits) <= (kind === 4 ? 32 : 128)
}

export function parseNonEmpty(text: string): string {
  if (text !== '') return text
  throw new InvalidArgumentError('Give at least one character.')
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

const levels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent']

export function parseLogLevel(text: string): LogLevel {
  const level = levels.find((known) => known === text)
  if (level) return level
  throw new InvalidArgumentError(`Give one of ${levels.join(', ')}.`)
}

/** A switch, where it is said with a word. */
export function parseSwitch(text: string): boolean {
  const word = text.toLowerCase()
  if (['1', 'true', 'yes', 'on'].includes(word)) return true
  if (['0', 'false', 'no', 'off'].includes(word)) return false
  throw new InvalidArgumentError('Give true or false.')
}
