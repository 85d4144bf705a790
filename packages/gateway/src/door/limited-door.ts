import { callLimit, type CallLimitOptions } from './call-limit.js'
import type { Door } from './door.js'

export interface RateLimit extends Pick<CallLimitOptions, 'redis'> {
  /** Calls in a minute. */
  readonly perMinute: number
}

/**
 * Holds callers to so many calls in a minute. Who is known to the door counts by name, everybody else by the address that
 * they come from.
 */
export function limitedDoor(door: Door, { perMinute, redis }: RateLimit): Door {
  const limit = callLimit({ name: 'rate', calls: perMinute, seconds: 60, redis })
  return {
    authentication: door.authentication,
    async admit(knock) {
      const admission = await door.admit(knock)
      const name = admission.isKnown === true ? admission.caller : undefined
      const wait = await limit(name === undefined ? `address ${knock.address}` : `caller ${name}`)
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
