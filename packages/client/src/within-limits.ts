import { TimeoutError } from './errors.js'

export interface Limits {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds; absent: no limit. */
  readonly timeout?: number | undefined
  /** What is left of `timeout`, where some of it was used before. */
  readonly left?: number
  /** What is waited for, as the subject of the error's message. */
  readonly subject: string
}

/** Settles as the promise does, unless the signal or the time limit comes first; the work itself goes on. */
export const withinLimits = async <Value>(
  promise: Promise<Value>,
  { signal, timeout, left = timeout, subject }: Limits,
): Promise<Value> => {
  if (!signal && timeout === undefined) return promise
  const { promise: ended, reject } = withRejection()
  const abort = (): void => reject(signal?.reason)
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          reject(new TimeoutError(`${subject}: no answer within ${timeout} ms`, timeout))
        }, left)
  signal?.addEventListener('abort', abort, { once: true })
  // Not thrown before, or nobody would hear of the promise's own rejection.
  if (signal?.aborted) abort()
  try {
    return await Promise.race([promise, ended])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

const withRejection = (): { promise: Promise<never>; reject: (reason: unknown) => void } => {
  let reject!: (reason: unknown) => void
  const promise = new Promise<never>((_resolve, rejectPromise) => {
    reject = rejectPromise
  })
  return { promise, reject }
}
