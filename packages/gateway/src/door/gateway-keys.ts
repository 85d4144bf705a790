import { createHash, timingSafeEqual } from 'node:crypto'
import type { CallerRules } from './access.js'
import type { Identify } from './caller.js'

/** Knows callers by their keys, of which only hashes are kept. */
export function gatewayKeys(callers: readonly CallerRules[]): Identify {
  const known = callers.map(({ key, ...caller }) => ({
    hash: Buffer.from(key.slice('sha256:'.length), 'hex'),
    caller,
  }))
  return (proof) => {
    const hash = createHash('sha256').update(proof).digest()
    return known.find((entry) => timingSafeEqual(entry.hash, hash))?.caller
  }
}
