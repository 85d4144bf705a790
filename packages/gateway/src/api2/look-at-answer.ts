import type { HttpAnswer } from '@proxkit/client/server'
import type { Method } from '@proxkit/schema'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { promisify } from 'node:util'
import { bufferedAnswer, type BufferedAnswer } from '../upstream/http-answers.js'
import type { AnswerCheck } from '../verify/check-answers.js'

/** Looks at an answer that passes, beside the way: it goes on as it came, whatever is found. */
export async function lookAtAnswer(
  answer: HttpAnswer,
  { method, check }: { readonly method: Method; readonly check: AnswerCheck },
): Promise<HttpAnswer> {
  const { status, headers } = answer
  const isJson = headers['content-type']?.startsWith('application/json') === true
  if (status !== 200 || !isJson || isDownload(method) || !check.isDue(method)) return answer
  const whole = await bufferedAnswer(answer)
  void contentOf(whole).then(
    // Ext JS is told of refusals with status 200 too.
    ({ success, data }) => success !== 0 && check.look(method, data),
    // What cannot be read is none of the operation's answers.
    () => check.look(method, undefined),
  )
  return whole
}

/** A file may be of any size and form. */
const isDownload = ({ kind, downloadAllowed }: Method): boolean =>
  kind === 'download' || downloadAllowed === true

async function contentOf({ headers, body }: BufferedAnswer): Promise<Content> {
  const unpack = unpackers.get(headers['content-encoding'] ?? '')
  // What the daemon says in JSON has this form; of anything else no member is read.
  const content: Content = JSON.parse((unpack ? await unpack(body) : body).toString())
  return content
}

interface Content {
  readonly data?: unknown
  readonly success?: unknown
}

const unpackers: ReadonlyMap<string, (packed: Buffer) => Promise<Buffer>> = new Map([
  ['br', promisify(brotliDecompress)],
  ['deflate', promisify(inflate)],
  ['gzip', promisify(gunzip)],
])
