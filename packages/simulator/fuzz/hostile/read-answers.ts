/** Answers that were read from a connection, and what is wrong with them. */
export interface ReadAnswers {
  readonly count: number
  readonly fault?: string
}

/** Takes what a server sent apart; everything that is not an answer of HTTP/1 is a fault. */
export function readAnswers(received: Buffer): ReadAnswers {
  let count = 0
  let at = 0
  while (at < received.length) {
    const end = received.indexOf('\r\n\r\n', at)
    if (end < 0) return { count, fault: `no end of the head: ${shown(received, at)}` }
    const [status = '', ...fields] = received.toString('latin1', at, end).split('\r\n')
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be in an answer
    if (!/^HTTP\/1\.\d+ [2-5]\d\d [^\u0000-\u0008\u000a-\u001f\u007f]*$/.test(status)) {
      return { count, fault: `status line ${JSON.stringify(status)}` }
    }
    const odd = fields.find(
      // oxlint-disable-next-line no-control-regex -- as above
      (field) => !/^[A-Za-z-]+: [^\u0000-\u0008\u000a-\u001f\u007f]*$/.test(field),
    )
    if (odd !== undefined) return { count, fault: `header field ${JSON.stringify(odd)}` }
    const lengths = fields.filter((field) => field.startsWith('Content-Length: '))
    if (lengths.length > 1) return { count, fault: `${lengths.length} lengths` }
    count += 1
    at = end + 4 + Number(lengths[0]?.slice('Content-Length: '.length) ?? 0)
    const isLast = fields.at(fields.findLastIndex((field) => field.startsWith('Connection: ')))
    if (isLast === 'Connection: close' && at < received.length) {
      return { count, fault: `something follows the last answer: ${shown(received, at)}` }
    }
  }
  return at === received.length ? { count } : { count, fault: 'an answer is shorter than it says' }
}

function shown(received: Buffer, at: number): string {
  return JSON.stringify(received.toString('latin1', at, at + 200))
}
