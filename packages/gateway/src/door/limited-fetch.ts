import type { FetchImplementation } from 'jose'
import type { ReadableStream } from 'node:stream/web'

/** Reads a short document; a redirect, or more than it should be, is a failure. */
export function limitedFetch(fetch: typeof globalThis.fetch): FetchImplementation {
  return async (url, options) => {
    const answer = await fetch(url, options)
    if (!answer.body) return answer
    const chunks: Uint8Array[] = []
    let size = 0
    const body: ReadableStream<Uint8Array> = answer.body
    for await (const chunk of body) {
      size += chunk.length
      if (size > largest) throw new RangeError(`${url} gives more than ${largest} bytes`)
      chunks.push(chunk)
    }
    return new Response(Buffer.concat(chunks), { status: answer.status, headers: answer.headers })
  }
}

const largest = 256 * 1024
