import type { Redis } from 'ioredis'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import type { Door } from './door.js'

export interface RateLimit {
  /** Calls in a minute. */
  readonly perMinute: number
  /** Where gateways count together; absent: each by itself. */
  readonly redis?: Redis
}

/**
 * Holds callers to so many calls in a minute. Who is known to the door counts by name, everybody else by the address that
 * they come from.
 */
export function limitedDoor(door: Door, { perMinute, redis }: RateLimit): Door {
  const limiter = limiterOf({ perMinute, ...(redis && { redis }) })
  return {
    authentication: door.authentication,
    async admit(knock) {
      const admission = await door.admit(knock)
      const name = admission.isKnown === true ? admission.caller : undefined
      const wait = await secondsToWait(
        limiter,
        name === undefined ? `address ${knock.address}` : `caller ${name}`,
      )
      if (wait === undefined) return admission
      const { caller } = admission
      return {
        allowed: false,
        status: 429,
        detail: `no more than ${perMinute} calls in a minute are answered; come again in ${wait} seconds`,
        rule: 'rate',
        headers: { 'retry-after': String(wait) },
        ...(caller !== undefined && { caller }),
      }
    },
  }
}

function limiterOf({ perMinute, redis }: RateLimit): RateLimiterAbstract {
  const options = { points: perMinute, duration: 60, keyPrefix: 'rate' }
  const own = new RateLimiterMemory(options)
  if (!redis) return own
  // Where Redis does not answer, each gateway counts by itself.
  return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: own })
}

async function secondsToWait(
  limiter: RateLimiterAbstract,
  key: string,
): Promise<number | undefined> {
  try {
    await limiter.consume(key)
    return undefined
  } catch (error) {
    if (error instanceof RateLimiterRes) return Math.ceil(error.msBeforeNext / 1000)
    throw error
  }
}
