import { Readable } from 'node:stream'
import type { ApiRequest, ApiResponse, Content, Transport, Upload } from '@proxkit/schema'
import type { Call, UploadedFile } from './dispatch.js'
import { Download } from './download.js'
import { Fault } from './fault.js'
import type { Cut, Outcome } from './handle.js'
import { ReceivedFile } from './received-file.js'

export interface InProcessOptions {
  /** Answers a call in the product's own order; throws what it refuses. */
  readonly dispatch: (call: Call) => Promise<Outcome>
  /** User id, of a token with its name. */
  readonly user: string
  readonly node: string
}

/** Reaches the simulator without a socket: the whole pipeline after the login. */
export function inProcessTransport(options: InProcessOptions): Transport {
  const { dispatch, user, node } = options
  const showsToken = isTokenId(user)
  return {
    async send(request: ApiRequest): Promise<ApiResponse> {
      request.signal?.throwIfAborted()
      const { verb, path, upload } = request
      const params = wireParams(request.params)
      const file = upload && (await receive(upload, params['checksum-algorithm']))
      if (file) Object.assign(params, { filename: upload.filename, tmpfilename: file.path })
      try {
        const call = {
          verb,
          path: decodePath(path),
          params,
          user,
          showsToken,
          node,
          upload: file,
        }
        const outcome = await dispatch(call)
        if (outcome.cut) throw brokenConnection(outcome.cut)
        if (request.download && outcome.data instanceof Download) {
          return { status: 200, data: null, content: contentOf(outcome.data) }
        }
        // What JSON would make of it: nobody gets hold of the simulator's own objects.
        const data: unknown = plainData(outcome.data)
        return {
          status: 200,
          data,
          ...(outcome.total && { total: outcome.total }),
          ...(outcome.changes && { changes: outcome.changes }),
        }
      } catch (error) {
        if (error instanceof BrokenConnection) throw error
        const { status, message, errors } =
          error instanceof Fault ? error : new Fault(500, String(error))
        return { status, data: null, message: message.trimEnd(), ...(errors && { errors }) }
      }
    },
    close: async () => {},
  }
}

/** A name may hold a `!` too: only one behind the realm makes it the id of a token. */
function isTokenId(user: string): boolean {
  return user.includes('!', user.lastIndexOf('@'))
}

async function receive(upload: Upload, algorithm: unknown): Promise<UploadedFile> {
  const file = new ReceivedFile(algorithm)
  let sent = 0
  for await (const chunk of upload.open()) {
    file.take(chunk)
    sent += chunk.length
    upload.onProgress?.(sent)
  }
  return file.finish()
}

function contentOf({ content, contentType }: Download): Content {
  return { type: contentType, size: content.length, stream: Readable.from([content]) }
}

/** What a socket would tell of a connection that breaks. */
class BrokenConnection extends Error {
  override readonly name = 'BrokenConnection'
  readonly code = 'ECONNRESET'
}

function brokenConnection(cut: Cut): BrokenConnection {
  return new BrokenConnection(
    cut === 'truncate' ? 'the connection ended in the middle of the answer' : 'socket hang up',
  )
}

function plainData(data: unknown): unknown {
  if (data instanceof Download) return data.content.toString()
  return JSON.parse(JSON.stringify(data ?? null))
}

/** Once, and byte by byte: the original does not take a path for UTF-8. */
function decodePath(path: string): string {
  return Buffer.from(path)
    .toString('latin1')
    .replaceAll(/%([\da-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
}

/** Parameters as a form would carry them: booleans as 1 and 0, numbers as text, absent ones left out. */
function wireParams(params: ApiRequest['params']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, wireValue(value)]],
    ),
  )
}

function wireValue(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number') return String(value)
  return Array.isArray(value) ? value.map(wireValue) : value
}
