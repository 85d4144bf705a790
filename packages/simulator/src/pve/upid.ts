/** What the identifier of a task says. */
export interface Upid {
  readonly node: string
  readonly pid: number
  readonly pstart: number
  /** Seconds since the epoch. */
  readonly starttime: number
  readonly type: string
  readonly id: string
  /** User id, of a token with its name. */
  readonly user: string
}

const pattern =
  /^UPID:([a-zA-Z\d](?:[a-zA-Z\d-]*[a-zA-Z\d])?):([\dA-Fa-f]{8}):([\dA-Fa-f]{8,9}):([\dA-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+):\n?$/

/** Takes the identifier of a task apart; undefined for other text. pve-common UPID.pm: decode */
export function parseUpid(text: string): Upid | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const [, node = '', pid = '', pstart = '', starttime = '', type = '', id = '', user = ''] = match
  return {
    node,
    pid: Number.parseInt(pid, 16),
    pstart: Number.parseInt(pstart, 16),
    starttime: Number.parseInt(starttime, 16),
    type,
    id,
    user,
  }
}
