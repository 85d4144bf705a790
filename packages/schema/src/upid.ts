/** The parts of a task's identifier (UPID). */
export interface Upid {
  readonly node: string
  /** Process id of the worker. */
  readonly pid: number
  /** Start of the process in clock ticks since boot. */
  readonly pstart: number
  /** Number of the task within its process: PBS and PDM only. */
  readonly taskId?: number
  /** Start of the task in seconds since 1970. */
  readonly starttime: number
  readonly type: string
  /** What the task is about, such as a VMID; may be empty. PBS and PDM escape it: this is plain. */
  readonly id: string
  /** The user or API token that started the task. */
  readonly user: string
}

/** The text is no UPID, or the parts do not make one. */
export class UpidError extends Error {
  override readonly name = 'UpidError'
}

/**
 * Takes a UPID apart, of PVE and PMG (eight parts) as well as of PBS and PDM (with a task id).
 *
 * Throws a `UpidError` on anything else.
 */
export function decodeUpid(text: string): Upid {
  const fields = PVE_UPID.exec(text)?.groups ?? RUST_UPID.exec(text)?.groups
  if (fields === undefined) {
    throw new UpidError(
      `cannot decode the UPID ${JSON.stringify(text)}: ` +
        'it has to be UPID:<node>:<pid>:<pstart>:[<task id>:]<start time>:<type>:<id>:<user>:',
    )
  }
  const { node = '', pid = '', pstart = '', taskId, starttime = '', type = '', user = '' } = fields
  return {
    node,
    pid: Number.parseInt(pid, 16),
    pstart: Number.parseInt(pstart, 16),
    ...(taskId !== undefined && { taskId: Number.parseInt(taskId, 16) }),
    starttime: Number.parseInt(starttime, 16),
    type,
    id: taskId === undefined ? (fields.id ?? '') : unescapeId(fields.id ?? ''),
    user,
  }
}

/** Puts a UPID together; with a task id in the way of PBS and PDM. Throws a `UpidError` if none results. */
export function encodeUpid(fields: Upid): string {
  const { node, pid, pstart, taskId, starttime, type, id, user } = fields
  const numbers = taskId === undefined ? [pid, pstart, starttime] : [pid, pstart, taskId, starttime]
  const name = taskId === undefined ? id : escapeId(id)
  const text = ['UPID', node, ...numbers.map(hexText), type, name, user, ''].join(':')
  const decoded = decodeUpid(text)
  if (decoded.taskId === taskId && decoded.type === type && decoded.id === id) return text
  throw new UpidError(`cannot encode a UPID of ${JSON.stringify(fields)}: a part has a colon`)
}

// pve-common UPID.pm: decode
const PVE_UPID =
  /^UPID:(?<node>[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):(?<pid>[0-9A-Fa-f]{8}):(?<pstart>[0-9A-Fa-f]{8,9}):(?<starttime>[0-9A-Fa-f]{8}):(?<type>[^:\s/]+):(?<id>[^:\s/]*):(?<user>[^:\s/]+):\n?$/

// proxmox-rs proxmox-schema/src/upid.rs: PROXMOX_UPID_REGEX
const RUST_UPID =
  /^UPID:(?<node>[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):(?<pid>[0-9A-Fa-f]{8}):(?<pstart>[0-9A-Fa-f]{8,9}):(?<taskId>[0-9A-Fa-f]{8,16}):(?<starttime>[0-9A-Fa-f]{8}):(?<type>[^:\s]+):(?<id>[^:\s]*):(?<user>[^:\s]+):$/

function hexText(number: number): string {
  return number.toString(16).toUpperCase().padStart(8, '0')
}

// proxmox-rs proxmox-schema/src/upid.rs: escape_id, as systemd escapes the names of units
function escapeId(id: string): string {
  const bytes = Array.from(new TextEncoder().encode(id), (byte) => String.fromCharCode(byte))
  return bytes
    .map((char, index) => {
      if (char === '/') return '-'
      if (/[\w.]/.test(char) && !(index === 0 && char === '.')) return char
      return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
    })
    .join('')
}

// proxmox-rs proxmox-schema/src/upid.rs: unescape_id
function unescapeId(text: string): string {
  const bytes: number[] = []
  for (const [part] of text.matchAll(/\\x[0-9A-Fa-f]{2}|[^\\]|\\/gu)) {
    if (part === '\\')
      throw new UpidError(
        `cannot decode the id ${JSON.stringify(text)} of a UPID: \\x has to be followed by two hexadecimal digits`,
      )
    if (part === '-') bytes.push(0x2f)
    else if (part.startsWith('\\x')) bytes.push(Number.parseInt(part.slice(2), 16))
    else bytes.push(...new TextEncoder().encode(part))
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes))
  } catch (cause) {
    throw new UpidError(`cannot decode the id ${JSON.stringify(text)} of a UPID: it is no UTF-8`, {
      cause,
    })
  }
}
