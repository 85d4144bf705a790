/** Request line and header lines, read the way the original reads them. */
export interface RequestHead {
  readonly method: string
  /** As sent, with its query. */
  readonly target: string
  /** `HTTP/1.1`; the answer repeats it. */
  readonly protocol: string
  readonly minorVersion: number
  header(name: string): string | undefined
}

/** A head that is answered before anything else is looked at; without `status` not at all. */
export interface BadHead {
  readonly status?: number
  readonly reason?: string
  /** Protocol text of the answer, once the request line was understood. */
  readonly protocol: string
}

export type HeadResult =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'bad'; readonly bad: BadHead; readonly blankLines: number }
  | {
      readonly kind: 'head'
      readonly head: RequestHead
      readonly length: number
      readonly blankLines: number
    }

// pve-http-server AnyEvent.pm: $limit_max_headers, $limit_max_header_size
const maxHeaderLines = 64
const maxHeaderSize = 8192

/** A head that never ends its line; the original waits for more until its buffer is full. */
const maxReceived = 512 * 1024

const incomplete: HeadResult = { kind: 'incomplete' }

// In bytes, a no-break space is no blank, and a carriage return within a line ends nothing.
const requestLine = /([^ \t-\r]+) ([^ \t-\r]+) HTTP\/(\d+)\.(\d+)/
const headerLine = /^([^: \t-\r]+)[ \t-\r]*:[ \t-\r]*(.*)/s
const foldedLine = /^[ \t-\r]+(.*)/s

/**
 * Reads a request head from what has arrived so far. Lines may end in LF alone; empty lines before a request are
 * skipped; folded lines are joined with a blank.
 *
 * pve-http-server AnyEvent.pm: push_request_header, unshift_read_header
 */
export function readHead(received: Buffer): HeadResult {
  const text = textOfHead(received)
  // Clients say the same over and over.
  if (text === lastRead.text) return lastRead.result
  const result = parseHead(received, text)
  if (result.kind === 'head' && result.length === text.length) lastRead = { text, result }
  return result
}

let lastRead: { readonly text: string; readonly result: HeadResult } = {
  text: '',
  result: incomplete,
}

function parseHead(received: Buffer, beginning: string): HeadResult {
  let text = beginning
  let at = 0
  let blankLines = -1
  let line: string | undefined
  do {
    line = nextLine()
    blankLines += 1
    if (line === undefined) return received.length > maxReceived ? silent('HTTP/1.1') : incomplete
  } while (line === '')

  const parsed = requestLine.exec(line)
  if (!parsed) return bad({ protocol: 'HTTP/1.0', status: 400, reason: 'bad request' })
  const [, method = '', target = '', major = '', minor = ''] = parsed
  if (Number(major) !== 1) {
    return bad({
      protocol: 'HTTP/1.0',
      status: 506,
      reason: `http protocol version ${major}.${minor} not supported`,
    })
  }
  // An authority in the target could be taken for another host by a proxy.
  if (/^[^/]*@/.test(target))
    return bad({ protocol: 'HTTP/1.0', status: 400, reason: 'invalid url' })

  const protocol = `HTTP/${major}.${minor}`
  const headers = new Map<string, string>()
  let name = ''
  let value = ''
  let size = 0
  for (let count = 1; ; count++) {
    line = nextLine()
    if (line === undefined) {
      return size + received.length - at >= maxReceived ? silent(protocol) : incomplete
    }
    size += line.length
    if (count >= maxHeaderLines || size >= maxHeaderSize) return silent(protocol)
    if (line === '') break
    const header = headerLine.exec(line)
    if (header) {
      store()
      // HTTP::Headers knows no underscores.
      name = (header[1] ?? '').toLowerCase().replaceAll('_', '-')
      value = header[2] ?? ''
      continue
    }
    const folded = foldedLine.exec(line)
    if (!folded) return bad({ protocol, status: 506, reason: 'unable to parse request header' })
    value += ` ${folded[1] ?? ''}`
  }
  store()

  return {
    kind: 'head',
    length: at,
    blankLines,
    head: {
      method,
      target,
      protocol,
      minorVersion: Number(minor),
      header: (wanted) => headers.get(wanted),
    },
  }

  function nextLine(): string | undefined {
    let end = text.indexOf('\n', at)
    if (end < 0 && text.length < received.length) {
      text = received.toString('latin1')
      end = text.indexOf('\n', at)
    }
    if (end < 0) return undefined
    const stop = end > at && text[end - 1] === '\r' ? end - 1 : end
    const line = text.slice(at, stop)
    at = end + 1
    return line
  }

  function bad(head: BadHead): HeadResult {
    return { kind: 'bad', bad: head, blankLines }
  }

  /** Too long a head only ends the reading: the client hears nothing until the idle time-out. */
  function silent(protocol: string): HeadResult {
    return bad({ protocol })
  }

  function store(): void {
    if (!name) return
    const before = headers.get(name)
    // HTTP::Headers hands out repeated fields joined.
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
}

/** The bytes up to the usual end of a head, one character each: what follows is seldom of interest here. */
function textOfHead(received: Buffer): string {
  const end = received.indexOf('\r\n\r\n')
  return received.toString('latin1', 0, end < 0 ? received.length : end + 4)
}
