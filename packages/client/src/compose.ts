import type { Interceptor, Transport } from '@proxkit/schema'

/** One `send` out of a transport and what is wrapped around it, the first interceptor outermost. */
export const compose = (
  transport: Transport,
  interceptors: readonly Interceptor[] = [],
): Transport['send'] =>
  interceptors.reduceRight<Transport['send']>(
    (next, interceptor) => (request) => interceptor(request, next),
    (request) => transport.send(request),
  )
