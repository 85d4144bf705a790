import { TimeoutError, TransportError } from '../errors.js'
import type { TimedRequest } from '../timed-request.js'
import type { Failure } from './exchange.js'

/** What to reject with where a call got no answer. */
export const toError = (failure: Failure, request: TimedRequest, facts: CallFacts): unknown => {
  const { host, timeout } = facts
  if (failure.kind === 'aborted') return failure.reason
  if (failure.kind === 'timeout') {
    const message = `${request.verb} ${request.path}: no answer from ${host} within ${timeout} ms`
    return new TimeoutError(message, timeout)
  }
  const stage = failure.started ? 'exchange' : 'connect'
  return toTransportError(failure.error, stage, { request, host })
}

export interface CallFacts {
  readonly host: string
  /** Milliseconds that the call had. */
  readonly timeout: number
}

const toTransportError = (
  error: Error & { code?: unknown },
  stage: 'connect' | 'exchange',
  { request, host }: { request: TimedRequest; host: string },
): TransportError => {
  const code = typeof error.code === 'string' ? error.code : undefined
  const what = stage === 'connect' ? `cannot reach ${host}` : `lost the connection to ${host}`
  const cure = code !== undefined && untrusted.has(code) ? trustAdvice : ''
  return new TransportError(`${request.verb} ${request.path}: ${what}: ${reasonOf(error)}${cure}`, {
    host,
    stage,
    request,
    cause: error,
    ...(code !== undefined && { code }),
  })
}

/** Codes of OpenSSL for a certificate that no trusted one vouches for. */
const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

const trustAdvice =
  ' (to trust it, give its CA as tls.ca, or the SHA-256 fingerprint of the certificate as tls.fingerprint)'

/** A name with several addresses fails with all their errors and no message of its own. */
const reasonOf = (error: Error): string =>
  error instanceof AggregateError
    ? error.errors.map((each: unknown) => (each instanceof Error ? each.message : each)).join(', ')
    : error.message

/** Whether a call may be made again: nothing was sent, or it was one that changes nothing. */
export const isRepeatable = (error: unknown, request: TimedRequest): boolean => {
  if (!(error instanceof TransportError) || error.code === undefined) return false
  return error.stage === 'connect'
    ? passingAtConnect.has(error.code)
    : request.verb === 'GET' && passingInExchange.has(error.code)
}

const passingAtConnect: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

const passingInExchange: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
