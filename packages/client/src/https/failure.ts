import { type FailedRequest, TimeoutError, TransportError, UploadError } from '../errors.js'
import { type Failure, largestAnswer } from './exchange.js'

/** What to reject with where a call to a host got no answer. */
export const toError = (failure: Failure, request: FailedRequest, host: string): unknown => {
  if (failure.kind === 'aborted') return failure.reason
  const what = `${request.verb} ${request.path}`
  if (failure.kind === 'timeout') {
    const { limit, timeout } = failure
    return limit === 'total'
      ? new TimeoutError(`${what}: no answer from ${host} within ${timeout} ms`, timeout)
      : new TimeoutError(`${what}: nothing moved for ${timeout} ms at ${host}`, timeout, limit)
  }
  if (failure.kind === 'oversized') {
    return new TransportError(
      `${what}: the answer of ${host} is larger than ${largestAnswer} bytes; download() takes any size`,
      { host, stage: 'exchange', request },
    )
  }
  if (failure.error instanceof UploadError) return failure.error
  const stage = failure.started ? 'exchange' : 'connect'
  return toTransportError(failure.error, stage, { request, host })
}

const toTransportError = (
  error: Error & { code?: unknown },
  stage: 'connect' | 'exchange',
  { request, host }: { request: FailedRequest; host: string },
): TransportError => {
  const code = typeof error.code === 'string' ? error.code : undefined
  const what = stage === 'connect' ? `cannot reach ${host}` : `lost the connection to ${host}`
  const cure = code === undefined ? '' : adviceFor(code)
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

/** Codes of OpenSSL for an answer that is no handshake. */
const withoutTls: ReadonlySet<string> = new Set([
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_WRONG_VERSION_NUMBER',
])

const adviceFor = (code: string): string => {
  if (untrusted.has(code)) {
    return ' (to trust it, give its CA as tls.ca, or the SHA-256 fingerprint of the certificate as tls.fingerprint)'
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return ' (use a name that is in the certificate, or give its SHA-256 fingerprint as tls.fingerprint)'
  }
  return withoutTls.has(code) ? ' (it does not speak TLS; plain HTTP takes an http: URL)' : ''
}

/** A name with several addresses fails with all their errors and no message of its own. */
const reasonOf = (error: Error & { reason?: unknown }): string => {
  if (error instanceof AggregateError) {
    return error.errors
      .map((each: unknown) => (each instanceof Error ? each.message : each))
      .join(', ')
  }
  // Of OpenSSL, which puts addresses and line numbers around it.
  return typeof error.reason === 'string' ? error.reason : error.message
}

/** The error for a call that failed at one host after another. */
export const toCombinedError = (
  errors: readonly TransportError[],
  request: FailedRequest,
): TransportError => {
  const [last] = errors.slice(-1)
  if (!last || errors.length === 1) throw new RangeError('there are no errors to combine')
  const reasons = errors.map(({ message }) => message.slice(message.indexOf(': ') + 2))
  return new TransportError(`${request.verb} ${request.path}: ${reasons.join('; ')}`, {
    host: last.host,
    stage: errors.every(({ stage }) => stage === 'connect') ? 'connect' : 'exchange',
    request,
    cause: new AggregateError(errors),
    ...(last.code !== undefined && { code: last.code }),
  })
}

/** Whether another host may be asked: nothing was sent, or it was a call that changes nothing. */
export const mayAskAnother = (error: TransportError, request: FailedRequest): boolean =>
  error.stage === 'connect' || (request.verb === 'GET' && isPassing(error))

/** Whether the same host may answer a moment later. */
export const isPassing = ({ stage, code }: TransportError): boolean =>
  code !== undefined && (stage === 'connect' ? passingAtConnect : passingInExchange).has(code)

const passingAtConnect: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

const passingInExchange: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
])
