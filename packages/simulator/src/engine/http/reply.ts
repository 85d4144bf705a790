import { gzipSync, deflateSync } from 'node:zlib'
import type { Cut, Tunnel } from '../handle.js'
import type { RequestHead } from './head.js'

/** An answer before it is put on the wire. */
export interface Reply {
  readonly status: number
  /** Becomes the reason phrase, up to its first line end. */
  readonly reason: string
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** How the body is compressed already; `none` for one that must not be. Default: as the client accepts. */
  readonly encoding?: 'gzip' | 'none'
  /** The Connection header of the daemon that answered in place of this one; it is left behind beside the own one. */
  readonly innerConnection?: string | undefined
  /** Seconds since the epoch: a file, which clients may keep. */
  readonly lastModified?: number
  /** Ends the connection whatever the client wants. */
  readonly close?: boolean
  /** Written as the HTTP library of the products in Rust does: with the fields of this answer and few of its own. */
  readonly style?: 'hyper'
  /** The connection breaks over it. */
  readonly cut?: Cut | undefined
  /** Goes on over the connection as a WebSocket, in place of an answer. */
  readonly tunnel?: Tunnel
}

export interface WireOptions {
  readonly head: Pick<RequestHead, 'protocol' | 'header'> | undefined
  readonly protocol: string
  readonly keepAlive: boolean
  /** Milliseconds since the epoch, for the Date header. */
  readonly now: number
}

/** An answer as it is sent. */
export interface EncodedReply {
  /** One byte per character. */
  readonly head: string
  readonly content: Buffer | undefined
}

/**
 * Fields come in the order in which the original sorts them. Content that is plain ASCII is part of the head, since
 * sockets write one text faster than two parts.
 *
 * pve-http-server AnyEvent.pm: response
 */
export function encodeReply(reply: Reply, options: WireOptions): EncodedReply {
  const { fields, content, length, status, reason } = renderReply(reply, options)
  let head = `${options.protocol} ${status} ${reason}\r\n`
  for (const [name, value] of fields) head += `${name}: ${value}\r\n`
  head += '\r\n'
  if (typeof content !== 'string') return { head, content }
  // As many bytes as characters.
  if (content.length === length) return { head: head + content, content: undefined }
  return { head, content: Buffer.from(content) }
}

/** The parts of an answer, for the wire and for `fetch` alike. */
export function renderReply(
  reply: Reply,
  { head, keepAlive, now }: WireOptions,
): {
  status: number
  reason: string
  fields: [string, string][]
  content: string | Buffer
  /** Bytes of the content. */
  length: number
} {
  const { encoding, content, length } = encodeBody(reply, head)

  const date = httpDate(now)
  if (reply.style === 'hyper') {
    const { status, reason } = reply
    const fields: [string, string][] = [
      ...(reply.contentType ? ([['content-type', reply.contentType]] as const) : []),
      ...Object.entries(reply.headers ?? {}),
      ['content-length', String(length)],
      ...(keepAlive ? [] : ([['connection', 'close']] as const)),
      ['date', date],
    ].map(([name = '', value = '']) => [name, value])
    return { status, reason, fields, content, length }
  }
  const isFile = reply.lastModified !== undefined
  const fields: [string, string][] = isFile ? [] : [['Cache-Control', 'max-age=0']]
  const { innerConnection } = reply
  if (innerConnection !== undefined && keepAlive) fields.push(['Connection', innerConnection])
  fields.push(['Connection', keepAlive ? 'Keep-Alive' : 'close'])
  fields.push(['Date', date])
  if (!isFile) fields.push(['Pragma', 'no-cache'])
  const { Location, ...further } = reply.headers ?? {}
  if (Location !== undefined) fields.push(['Location', Location])
  fields.push(['Server', 'pve-api-daemon/3.0'])
  if (encoding !== 'none') fields.push(['Content-Encoding', encoding])
  if (length > 0) fields.push(['Content-Length', String(length)])
  if (reply.contentType) fields.push(['Content-Type', reply.contentType])
  fields.push(
    reply.lastModified === undefined
      ? ['Expires', date]
      : ['Last-Modified', new Date(reply.lastModified * 1000).toUTCString()],
  )
  for (const field of Object.entries(further)) fields.push(field)

  // Nearly all of them are.
  if (/^[ -~]*$/.test(reply.reason)) {
    return { status: reply.status, reason: reply.reason, fields, content, length }
  }
  const reason = /^[^\n]*/.exec(reply.reason)?.[0] ?? ''
  if (reason.includes('\r')) {
    return {
      status: 400,
      reason: 'Bad Request',
      fields: withoutBody(fields),
      content: '',
      length: 0,
    }
  }
  return { status: reply.status, reason: printable(reason), fields, content, length }
}

type Encoding = 'gzip' | 'deflate' | 'none'

interface EncodedBody {
  readonly encoding: Encoding
  readonly content: string | Buffer
  /** Bytes. */
  readonly length: number
}

function encodeBody({ body = '', encoding }: Reply, head: WireOptions['head']): EncodedBody {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  if (encoding) return { encoding, content: body, length }
  const accepted = length > 1024 ? acceptedEncoding(head) : 'none'
  if (accepted === 'none') return { encoding: accepted, content: body, length }
  const content = accepted === 'gzip' ? gzipSync(body) : deflateSync(body)
  return { encoding: accepted, content, length: content.length }
}

function withoutBody(fields: [string, string][]): [string, string][] {
  return fields.filter(([name]) => name !== 'Content-Length' && name !== 'Content-Encoding')
}

function acceptedEncoding(head: WireOptions['head']): Encoding {
  const accepted = head?.header('accept-encoding') ?? ''
  if (accepted.includes('gzip')) return 'gzip'
  return accepted.includes('deflate') ? 'deflate' : 'none'
}

/** A status line holds one byte per character. */
function printable(reason: string): string {
  return reason.replaceAll(/[^\t -~\u0080-\u00ff]/g, (character) =>
    character > '\u00ff' ? '?' : ' ',
  )
}

let dateSecond = -1
let dateText = ''

function httpDate(now: number): string {
  const second = Math.floor(now / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    dateText = new Date(second * 1000).toUTCString()
  }
  return dateText
}
