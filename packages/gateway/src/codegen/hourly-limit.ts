import type { FastifyRequest } from 'fastify'
import { callLimit } from '../door/call-limit.js'
import { Refusal } from '../rest/refusal.js'
import type { CodegenOptions } from './codegen.js'

/** Refuses whoever comes more often in an hour than they may. */
export function hourlyLimit(
  name: string,
  calls: number,
  redis: CodegenOptions['redis'],
): (request: FastifyRequest) => Promise<void> {
  const limit = callLimit({ name: `codegen-${name}`, calls, seconds: 3600, redis })
  return async ({ ip }) => {
    const wait = await limit(ip)
    if (wait === undefined) return
    throw new Refusal(
      429,
      `the limit of /codegen/${name} is ${calls} in an hour; come again in ${wait} seconds`,
      { rule: 'rate', headers: { 'retry-after': String(wait) } },
    )
  }
}
