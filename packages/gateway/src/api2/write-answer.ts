import type { HttpAnswer } from '@proxkit/client/server'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { endToEnd } from './hop-headers.js'

/** Writes an answer as it came, with the reason phrase: the server's message is in it. */
export function writeAnswer(
  response: ServerResponse,
  { status, reason, headers, body }: HttpAnswer,
): void {
  response.writeHead(status, phrase(reason), endToEnd(headers))
  if (Buffer.isBuffer(body)) response.end(body)
  // Who asked sees a broken answer by its end; there is nobody else to be told.
  else pipeline(body, response, () => {})
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
