import type { Clock } from '@proxkit/client'
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose'
import type { TokenRules } from './access.js'
import type { Caller, Identify, Unknown } from './caller.js'
import { limitedFetch } from './limited-fetch.js'

export interface BearerOptions {
  readonly clock: Clock
  /** In place of the system's own, for tests. */
  readonly fetch?: typeof fetch
}

/** Knows callers by the tokens (JWT) that an issuer of OpenID Connect signs for them. */
export function bearerTokens(
  rules: TokenRules,
  { clock, fetch = globalThis.fetch }: BearerOptions,
): Identify {
  const keys = createRemoteJWKSet(new URL(rules.keys), {
    timeoutDuration: 5000,
    [customFetch]: limitedFetch(fetch),
  })
  return async (proof) => {
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(proof)) return undefined
    try {
      const { payload } = await jwtVerify(proof, keys, {
        issuer: rules.issuer,
        audience: rules.audience,
        algorithms: [...rules.algorithms],
        clockTolerance: rules['clock-skew'],
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp'],
      })
      return callerOf(payload, rules)
    } catch (error) {
      if (error instanceof errors.JOSEError) return { reason: error.message }
      // Neither jose nor the network tells more that a caller should hear.
      return { reason: 'the keys of its issuer cannot be read' }
    }
  }
}

function callerOf(payload: JWTPayload, rules: TokenRules): Caller | Unknown {
  const name = payload[rules.name]
  if (typeof name !== 'string' || name === '') {
    return { reason: `it has no claim '${rules.name}' that names the caller` }
  }
  const rule = rules.policies.find(
    ({ claim, has }) => claim === undefined || [payload[claim]].flat().includes(has),
  )
  return rule ? { name, policy: rule.policy } : { reason: `no policy is meant for ${name}` }
}
