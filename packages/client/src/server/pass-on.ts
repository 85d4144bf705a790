import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Verb } from '@proxkit/schema'
import type { Timeouts } from '../call-types.js'
import type { Clock } from '../clock.js'
import { deliver } from '../https/deliver.js'
import { exchange, isFailure } from '../https/exchange.js'
import { toError } from '../https/failure.js'
import type { Host, Hosts } from '../https/hosts.js'

/** An HTTP request on its way through. */
export interface HttpRequest {
  readonly verb: Verb
  /** Path and query, below what a reverse proxy before the server puts in front. */
  readonly path: string
  /** Without those that concern one connection only, such as `Connection`. */
  readonly headers: Readonly<Record<string, string | string[]>>
  /** Streamed as it comes; such a request has no limit for the whole of it. */
  readonly body?: AsyncIterable<Uint8Array>
  readonly signal?: AbortSignal
}

/** The answer to it, as it came. */
export interface HttpAnswer {
  readonly status: number
  readonly reason: string
  readonly headers: IncomingHttpHeaders
  /** A stream where it is a large success. */
  readonly body: Buffer | Readable
}

interface Way {
  readonly hosts: Hosts
  readonly clock: Clock
  readonly timeouts: Timeouts
}

/** To one host after another, as far as nothing can happen twice. */
export const passOn = (
  request: HttpRequest,
  { hosts, clock, timeouts }: Way,
): Promise<HttpAnswer> => {
  const { total, idle } = timeouts
  const end = total === undefined || request.body ? undefined : performance.now() + total
  const left = (): number | undefined => end && end - performance.now()
  return deliver(request, {
    hosts,
    clock,
    left: () => left() ?? Number.POSITIVE_INFINITY,
    attempt: async (host) => {
      const limits = {
        signal: request.signal,
        total: left(),
        timeout: total,
        idle,
        connect: undefined,
      }
      const result = await exchange(host.engine, optionsOf(request, host), limits)
      if (isFailure(result)) {
        if (result.kind === 'failed') hosts.avoid(host)
        throw toError(result, request, host.endpoint.origin)
      }
      const { status, reason, headers } = result
      return { status, reason, headers, body: 'content' in result ? result.content : result.body }
    },
  })
}

const optionsOf = (request: HttpRequest, { endpoint }: Host): Parameters<typeof exchange>[1] => ({
  request: {
    method: request.verb,
    path: endpoint.prefix + request.path,
    headers: request.headers,
    body: null,
  },
  ...(request.body && { chunks: chunksOf(request.body) }),
  open: (failure) => toError(failure, request, endpoint.origin),
  openFrom: 64 * 1024,
})

const chunksOf = (body: AsyncIterable<Uint8Array>) =>
  async function* (moved: () => void): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of body) {
      moved()
      yield chunk
    }
  }
