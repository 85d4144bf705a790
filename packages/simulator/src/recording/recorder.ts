import type { ApiRequest, ApiResponse, Interceptor, Transport } from '@proxkit/schema'
import { formatHar } from './format-har.js'
import { maskAnswer, maskParameters } from './mask-secrets.js'
import type { RecordedExchange } from './recorded-exchange.js'

/** Writes down what a server answers, to answer the same without it. */
export interface Recorder {
  /** For a client: one of its `interceptors`. */
  readonly record: Interceptor
  /** The same transport, listened to. */
  wrap(transport: Transport): Transport
  /** What was heard so far, as an HTTP Archive (HAR 1.2) without secrets, logins and contents of files. */
  toHar(): string
}

/** Listens to calls of a real server; what it heard is a file for `parseRecording`. */
export function createRecorder(): Recorder {
  const exchanges: RecordedExchange[] = []

  async function record(request: ApiRequest, next: Transport['send']): Promise<ApiResponse> {
    const time = Date.now()
    const response = await next(request)
    if (!response.content) exchanges.push(exchangeOf(request, response, time))
    return response
  }

  return {
    record,
    wrap: (transport) => ({
      send: (request) => record(request, (wrapped) => transport.send(wrapped)),
      close: () => transport.close(),
    }),
    toHar: () => formatHar(exchanges),
  }
}

function exchangeOf(
  { verb, path, params }: ApiRequest,
  { status, data, message, errors, total, changes }: ApiResponse,
  time: number,
): RecordedExchange {
  return {
    verb,
    path: decodeURIComponent(path),
    params: maskParameters(params),
    time,
    duration: Date.now() - time,
    status,
    message: message ?? (status === 200 ? 'OK' : ''),
    body: {
      data: maskAnswer(data),
      ...(message !== undefined && { message }),
      ...(errors && { errors }),
      ...(total !== undefined && { total }),
      ...(changes !== undefined && { changes }),
    },
  }
}
