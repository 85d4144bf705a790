import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { logEntries, type LogEntry } from '../cluster/log.js'

/** How many lines are shown to whoever does not say. pve-common Tools.pm: dump_journal */
const usualLimit = 50

// pve-manager API2/Nodes.pm: syslog
const syslog = handle('GET', '/nodes/{node}/syslog', ({ params, cluster, node, setTotal }) => {
  const { service, since, until } = params
  const lines = entriesOf(cluster, node)
    .filter(({ tag }) => service === undefined || tag === service)
    .filter(({ time }) => since === undefined || time >= secondsOf(since))
    .filter(({ time }) => until === undefined || time < secondsOf(until))
    .map(formatEntry)
  const all = lines.length > 0 ? lines : ['-- No entries --']
  const start = Number(params.start ?? 0)
  const limit = Number(params.limit ?? 0) || usualLimit
  setTotal(all.length)
  return all.slice(start, start + limit).map((t, index) => ({ n: start + index + 1, t }))
})

// pve-manager API2/Nodes.pm: journal; proxmox-mini-journalreader: cursors stand before and behind the lines
const journal = handle('GET', '/nodes/{node}/journal', ({ params, cluster, node }) => {
  const entries = entriesOf(cluster, node)
    .filter(({ time }) => params.since === undefined || time >= Number(params.since))
    .filter(({ time }) => params.until === undefined || time <= Number(params.until))
    .filter(({ uid }) => params.startcursor === undefined || uid >= uidOf(params.startcursor))
    .filter(({ uid }) => params.endcursor === undefined || uid <= uidOf(params.endcursor))
  const count = params.lastentries === undefined ? entries.length : Number(params.lastentries)
  const shown = count === 0 ? [] : entries.slice(-count)
  const [first, last] = [shown[0], shown.at(-1)]
  if (!first || !last) return []
  return [cursorOf(first), ...shown.map(formatEntry), cursorOf(last)]
})

export const systemLogHandlers: readonly Handler[] = [syslog, journal]

/** What the node noted, the oldest first. */
function entriesOf(cluster: Cluster, node: string): LogEntry[] {
  return logEntries(cluster)
    .filter((entry) => entry.node === node)
    .toSorted((a, b) => a.time - b.time || a.uid - b.uid)
}

/** As `journalctl -o short` prints it. */
function formatEntry({ time, node, tag, pid, user, msg }: LogEntry): string {
  const [, day = '', month = '', , clock = ''] = new Date(time * 1000).toUTCString().split(' ')
  return `${month} ${day} ${clock} ${node} ${tag}[${pid}]: <${user}> ${msg}`
}

function secondsOf(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}${text.includes(' ') ? 'Z' : ''}`) / 1000
}

function cursorOf({ uid }: LogEntry): string {
  return `i=${uid.toString(16)}`
}

function uidOf(cursor: string): number {
  return Number.parseInt(cursor.replace(/^.*\bi=/s, ''), 16)
}
