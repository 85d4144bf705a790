import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'

export interface CallLimitOptions {
  /** Keeps what it counts apart from what others count. */
  readonly name: string
  readonly calls: number
  /** In which there may be so many. */
  readonly seconds: number
  /** Where gateways count together; absent: each by itself. */
  readonly redis?: Redis | undefined
}

/** Counts a call of somebody; resolves to the seconds that they have to wait where there were too many. */
export type CallLimit = (who: string) => Promise<number | undefined>

export function callLimit({ name, calls, seconds, redis }: CallLimitOptions): CallLimit {
  const options = { points: calls, duration: seconds, keyPrefix: name }
  const own = new RateLimiterMemory(options)
  // Where Redis does not answer, each gateway counts by itself.
  const limiter = redis
    ? new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: own })
    : own
  return async (who) => {
    try {
      await limiter.consume(who)
      return undefined
    } catch (error) {
      if (error instanceof RateLimiterRes) return Math.ceil(error.msBeforeNext / 1000)
      throw error
    }
  }
}
