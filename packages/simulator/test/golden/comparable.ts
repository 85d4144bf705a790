/** Values that differ between two runs of the original, by the names of their keys. */
const volatileKeys =
  /^(?:ssl_fingerprint|pid|pstart|starttime|endtime|uptime|ctime|time|digest|cpu|mem|disk|total|avail|used|used_fraction|netin|netout|memhost|freemem|free_mem|diskread|diskwrite|loadavg|ticket|CSRFPreventionToken|port|cert|password|value|snaptime|pressure.*|maxdisk|maxmem|maxcpu|ksm|swap|rootfs|idle|wait|cpuinfo|kversion|pveversion)$/

/** Text without what differs between two runs of the original: identifiers, times, figures of a fake machine. */
export function masked(text: string): string {
  return (
    text
      .replaceAll(/UPID:([^:"\s]+):[\dA-F]{8}:[\dA-F]{8,9}:[\dA-F]{8}:/g, 'UPID:$1:…:')
      .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<uuid>')
      .replaceAll(/BC:24:11(?::[\dA-F]{2}){3}/gi, '<mac>')
      .replaceAll(/\b[\da-f]{40}\b/g, '<digest>')
      .replaceAll(/ctime=\d+/g, 'ctime=…')
      .replaceAll(/ at \/usr\/share\/perl5\/\S+ line \d+\.?/g, '')
      .replaceAll(/\$5\$[./\w]+\$[./\w]{43}/g, '<hash>')
      .replaceAll(/\b(?:[\da-f]{2}:){31}[\da-f]{2}\b/g, '<fingerprint>')
      .replaceAll(/(created|modified|data)\\?":\\?"[^"\\]+/g, '$1…')
      // Times, and what a fake emulator tells of a backup that it never made.
      .replaceAll(/\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d/g, '<time>')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
      .replaceAll(/\b\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}\b/g, '<time>')
      .replaceAll(/\(\d\d:\d\d:\d\d\)/g, '(<duration>)')
      .replaceAll(/vzdumptmp\d+/g, 'vzdumptmp…')
      .replaceAll(/pveupload-[\da-f]{32}/g, 'pveupload-…')
      .replaceAll(/^INFO: +\d+% \(.*\n?/gm, '')
      .replaceAll(
        /^INFO: (backup is sparse|transferred|Total bytes written|archive file size).*/gm,
        'INFO: $1 …',
      )
  )
}

/** An answer as it is compared: keys sorted, volatile values left out; in any order where the original has none. */
export function comparableBody(text: string, isUnordered: boolean): string {
  const data = parsed(text)
  return data === undefined ? masked(text.trim()) : JSON.stringify(comparable(data, isUnordered))
}

/**
 * Our answer without what only the daemons that report figures could have told: none ran where the recordings were made,
 * so guests, nodes and storages of which nothing was heard yet are of unknown status there.
 */
export function withoutUnreported(recorded: string, ours: string): string {
  const [known, data] = [parsed(recorded), parsed(ours)]
  const unreported = new Map(unreportedRows(known).map((row) => [row.id, row]))
  if (unreported.size === 0) return ours
  return JSON.stringify(data, (_key, value: unknown): unknown => {
    const row: Row = Object(value)
    const like = unreported.get(row.id)
    if (typeof value !== 'object' || !like) return value
    const kept = Object.entries(row).filter(([key]) => Object.hasOwn(like, key))
    return { ...Object.fromEntries(kept), status: like.status }
  })
}

interface Row {
  readonly id?: unknown
  readonly type?: unknown
  readonly status?: unknown
}

function unreportedRows(value: unknown): Row[] {
  if (typeof value !== 'object' || value === null) return []
  const row: Row = value
  const isUnreported = row.status === 'unknown' || (row.status === 'offline' && row.type === 'node')
  const own = typeof row.id === 'string' && isUnreported ? [row] : []
  return [...own, ...Object.values(value).flatMap(unreportedRows)]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function comparable(value: unknown, isUnordered: boolean): unknown {
  if (typeof value === 'number') return isTime(value) ? '…' : value
  if (typeof value === 'string') return comparableText(value, isUnordered)
  if (Array.isArray(value)) {
    const members = value.map((member) => comparable(member, isUnordered))
    return isUnordered
      ? members.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : members
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .filter(([key]) => key !== 'nics')
      .map(([key, member]: [string, unknown]) => [
        key,
        isVolatile(key, member) || (key === 'size' && isArchive(value))
          ? '…'
          : comparable(member, isUnordered),
      ]),
  )
}

/** A fake program wrote the archives of the recordings: they hold no disks. */
function isArchive(row: object): boolean {
  return Object.values(row).some(
    (value) => typeof value === 'string' && /(?:backup|dump)\/vzdump-/.test(value),
  )
}

function isVolatile(key: string, value: unknown): boolean {
  // The recorded machine could not tell how often a container has to wait, and had no certificates of some nodes.
  if (value === null) return key.startsWith('pressure') || key === 'ssl_fingerprint'
  return volatileKeys.test(key) && typeof value !== 'object'
}

/**
 * What the log of a task tells of the machine that it ran on is left out: versions of its tools and how fast they are,
 * what was in the recorded template, which was a tiny one, and what kept a sandbox from looking after a copy.
 */
export function withoutToolFigures(log: readonly string[]): string[] {
  return log
    .filter((line) => line !== '' && !copyFigures.test(line))
    .map((line) =>
      line
        .replace(/^Total bytes read: .*/, 'Total bytes read: …')
        .replace(/^(e2fsck|resize2fs) \S+ \(\S+\)$/, '$1 …')
        .replace(/: \d+\/\d+ files \([\d.]+% non-contiguous\), \d+\/\d+ blocks$/, ': …'),
    )
}

const copyFigures =
  /^(?:Number of |Total (?:file size|transferred|bytes (?:sent|received))|Literal data|Matched data|File list|sent |total size is|Cannot stat file)/

/** The options in the first line of a backup's log come in the order of a hash. */
export function withSortedOptions(line: string): string {
  if (!line.startsWith('INFO: starting new backup job: ')) return line
  const [head = '', ...options] = line.split(/ (?=--)/)
  return [head, ...options.toSorted()].join(' ')
}

function isTime(value: number): boolean {
  return Number.isInteger(value) && value > 1.5e9 && value < 2.5e9
}

function comparableText(text: string, isUnordered: boolean): string {
  const plain = masked(withSortedOptions(text))
  if (!isUnordered) return plain
  if (plain.trim().includes('\n')) return plain.split('\n').toSorted().join('\n')
  return /^[^\s,]+(?:,[^\s,]+)+$/.test(plain) ? plain.split(',').toSorted().join(',') : plain
}
