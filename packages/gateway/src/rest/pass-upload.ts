import type { ApiResponse } from '@proxkit/schema'
import type { HttpAnswer } from '@proxkit/client/server'
import type { IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Admitted } from '../door/door.js'
import type { Upstream } from '../upstream/upstream.js'
import type { Operation } from './find-operation.js'
import { Refusal } from './refusal.js'

/** A form with a file in it, as it comes. */
export interface FileForm {
  readonly stream: AsyncIterable<Uint8Array>
  readonly headers: IncomingHttpHeaders
}

/** Passes a file on as it comes: its form is the server's own, and the server looks at what is in it. */
export async function passUpload(
  { stream, headers }: FileForm,
  { operation, passOn, shown, signal }: UploadWay,
): Promise<ApiResponse> {
  if (!passOn)
    throw new Refusal(415, 'files cannot be sent here: the server is not reached by HTTP')
  const { 'content-type': type = '', 'content-length': length } = headers
  const answer = await passOn({
    verb: operation.verb,
    path: `/api2/json${operation.path}`,
    headers: {
      ...shown,
      'content-type': type,
      ...(length !== undefined && { 'content-length': length }),
    },
    body: stream,
    signal,
  })
  return readEnvelope(answer)
}

interface UploadWay extends Pick<Admitted, 'shown'> {
  readonly operation: Operation
  readonly passOn: Upstream['passOn']
  readonly signal: AbortSignal
}

async function readEnvelope({ status, reason, body }: HttpAnswer): Promise<ApiResponse> {
  const text = (Buffer.isBuffer(body) ? body : await buffer(body)).toString()
  const { data = null, message = reason, errors } = parsed(text)
  return { status, data, message, ...(errors && { errors }) }
}

/** pve-http-server Formatter/Standard.pm: prepare_response_data */
interface Envelope {
  readonly data?: unknown
  readonly message?: string
  readonly errors?: Readonly<Record<string, string>>
}

function parsed(text: string): Envelope {
  try {
    // What the daemon says of itself in JSON has this form.
    const envelope: Envelope = JSON.parse(text)
    return envelope
  } catch {
    return text === '' ? {} : { message: text }
  }
}
