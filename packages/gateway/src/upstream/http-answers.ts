import type { HttpAnswer } from '@proxkit/client/server'
import { finished } from 'node:stream'
import { buffer } from 'node:stream/consumers'

/** An answer that is all there. */
export interface BufferedAnswer extends HttpAnswer {
  readonly body: Buffer
}

export async function bufferedAnswer(answer: HttpAnswer): Promise<BufferedAnswer> {
  const { body } = answer
  return { ...answer, body: Buffer.isBuffer(body) ? body : await buffer(body) }
}

/** Calls `end` when all of the answer has passed, or nobody reads on. */
export function heldAnswer(answer: HttpAnswer, end: () => void): HttpAnswer {
  if (Buffer.isBuffer(answer.body)) end()
  else finished(answer.body, end)
  return answer
}

/** A success as text; what sets a cookie is for one caller only. */
export function answerText({ status, reason, headers, body }: BufferedAnswer): string | undefined {
  if (status !== 200 || headers['set-cookie']) return undefined
  return JSON.stringify({ status, reason, headers, body: body.toString('base64') })
}

export function parseAnswer(text: string): BufferedAnswer {
  const written: Omit<BufferedAnswer, 'body'> & { readonly body: string } = JSON.parse(text)
  return { ...written, body: Buffer.from(written.body, 'base64') }
}
