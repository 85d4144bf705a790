import { ProxkitError, TimeoutError } from '@proxkit/client'
import { Refusal } from './refusal.js'

/** The refusal that an error amounts to, whatever threw it. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof TimeoutError) return new Refusal(504, error.message)
  if (error instanceof ProxkitError) return new Refusal(502, error.message)
  // Fastify's own refusals, of a damaged body and the like, carry their status.
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' && status >= 400 && status < 500
    ? new Refusal(status, error instanceof Error ? error.message : String(error))
    : new Refusal(500, 'the gateway failed; its log tells more')
}

/** What it means where the way to the server throws. */
export function unreachable(error: unknown): Refusal {
  if (error instanceof ProxkitError || error instanceof Refusal) return toRefusal(error)
  return new Refusal(502, error instanceof Error ? error.message : String(error))
}
