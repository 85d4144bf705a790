import type { HttpAnswer } from '@proxkit/client/server'
import type { FastifyReply } from 'fastify'
import { pipeline } from 'node:stream'
import { endToEnd } from './hop-headers.js'

/** Writes an answer as it came, past Fastify, which has no reason phrase: the server's message is in it. */
export function writeAnswer(
  { raw, request: { id } }: FastifyReply,
  { status, reason, headers, body }: HttpAnswer,
): void {
  const fields = endToEnd(headers)
  fields['x-request-id'] = id
  if (Buffer.isBuffer(body)) {
    // What is there to its end needs no chunks.
    if (body.length > 0) fields['content-length'] = String(body.length)
    // As text that is the same bytes, it goes out in one piece with the head.
    raw.writeHead(status, phrase(reason), fields).end(body.toString('latin1'), 'latin1')
    return
  }
  raw.writeHead(status, phrase(reason), fields)
  // Who asked sees a broken answer by its end; there is nobody else to be told.
  pipeline(body, raw, () => {})
}

/** An answer of the gateway itself in the server's form. pve-http-server Formatter/Standard.pm: prepare_response_data */
export function envelope(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return {
    status,
    reason: message,
    headers: { ...headers, 'content-type': 'application/json;charset=UTF-8' },
    body: Buffer.from(JSON.stringify({ data: null, message })),
  }
}

/** What HTTP allows in a reason phrase. */
export function phrase(reason: string): string {
  return reason.split('\n', 1)[0]?.replaceAll(/[^\t\x20-\x7E\x80-\xFF]/g, '?') ?? ''
}
