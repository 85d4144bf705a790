import { existsSync, readFileSync, readdirSync } from 'node:fs'
import type { Seed } from '../../src/seeds/seed.js'

/** One answer as it was recorded. */
export interface RecordedAnswer {
  readonly status_line: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** A request and what came back; `null` where the connection ended without an answer. */
export interface Exchange {
  readonly id: string
  readonly transport: 'https' | 'http'
  readonly method: string
  readonly target: string
  readonly request: string
  readonly response: RecordedAnswer | null
  readonly closed_by_server: boolean
}

/** Several requests on one connection, told in words. */
export interface Sequence {
  readonly id: string
  readonly sequence: string
  readonly responses: readonly string[]
}

const folder = new URL('../../../../../shared/vectors/', import.meta.url)
const stateFolder = new URL('http-state/etc-pve/', folder)

export const isRecorded: boolean = existsSync(new URL('http.json', folder))

/** The exchanges in the order in which they were made. */
export function readExchanges(name: string): readonly (Exchange | Sequence)[] {
  const { vectors }: { vectors: readonly (Exchange | Sequence)[] } = JSON.parse(
    readFileSync(new URL(name, folder), 'utf8'),
  )
  return vectors
}

/** When the first exchange was made, in milliseconds since the epoch. */
export function recordedStart(name: string): number {
  return Math.min(...readExchanges(name).flatMap(timeOf))
}

/** The exchanges in the order of their dates; one without an answer stays behind the one before it. */
export function inTime(exchanges: readonly (Exchange | Sequence)[]): (Exchange | Sequence)[] {
  let last = 0
  return exchanges
    .map((exchange) => ({ exchange, at: (last = timeOf(exchange)[0] ?? last) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ exchange }) => exchange)
}

function timeOf(exchange: Exchange | Sequence): number[] {
  if ('sequence' in exchange) return []
  const [, date = ''] = exchange.response?.headers.find(([name]) => name === 'Date') ?? []
  return date === '' ? [] : [Date.parse(date)]
}

export const passwords: Readonly<Record<string, string>> = {
  'root@pam': 'rootpw-test',
  'admin@pve': 'admin-pw',
  'alice@pve': 'alice-pw',
  'auditor@pve': 'auditor-pw',
  'bob@pve': 'bob-pw-x',
  'carol@pve': 'carol-pw',
  'dave@pve': 'dave-pw-x',
  'erin@pve': 'erin-pw-x',
  'frank@pve': 'frank-pw',
  'gina@pve': 'gina-pw-x',
  'nopriv@pve': 'nopriv-pw',
}

/** Nobody collected figures there, or looked after high availability. */
const stoppedServices = ['pvestatd', 'pve-ha-crm', 'pve-ha-lrm']

/** The cluster that the exchanges were made with: six nodes, three of which cannot be asked. */
export function recordedSeed(): Seed {
  return {
    cluster: 'lab',
    nodes: {
      pve1: {
        ip: '10.99.0.1',
        stoppedServices,
        files: {
          '/usr/share/pve-manager/index.html.tpl': '<html>index</html>',
          '/usr/share/pve-manager/js/x.js': 'console.log(1);\n',
        },
      },
      pve2: { ip: '10.99.0.2', stoppedServices },
      pve3: { ip: '10.99.0.3', online: false },
      pve4: { ip: '10.99.0.4', online: false, fault: 'refused' },
      pve5: { ip: '10.99.0.5', fault: 'untrusted', stoppedServices },
      pve6: { ip: '10.99.0.6', fault: 'silent', stoppedServices },
    },
    storage: { local: { type: 'dir', path: '/var/lib/vz' } },
    users: Object.fromEntries(
      Object.entries(passwords).map(([user, password]) => [user, { password }]),
    ),
    files: Object.fromEntries(
      filesBelow(stateFolder).map((name) => [
        name,
        readFileSync(new URL(name, stateFolder), 'utf8'),
      ]),
    ),
  }
}

function filesBelow(directory: URL, prefix = ''): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(new URL(`${entry.name}/`, directory), `${prefix}${entry.name}/`)
      : [`${prefix}${entry.name}`],
  )
}
