import { ApiError, TimeoutError, TransportError } from './errors.js'

/** Milliseconds for which a node may be away where the caller gives no limit: a daemon or a host that restarts. */
export const absence = 120_000

/** Whether an answer is missing for a reason that may pass. */
export const isAbsence = (error: unknown): boolean =>
  // A certificate that is not trusted stays so.
  (error instanceof TransportError && !/CERT|ERR_TLS|ERR_SSL/.test(error.code ?? '')) ||
  error instanceof TimeoutError ||
  (error instanceof ApiError && error.code === 'node-unreachable')
